/** Zones as the lines of logs write them. */

import { digitAt, twoDigits } from './digits.ts'

/** Hours east of UTC. Words that mean several zones (CST, IST, BST) and ordinary ones (WEST) are left out. */
const hoursEast: Readonly<Record<string, number>> = {
  Z: 0,
  UTC: 0,
  GMT: 0,
  CET: 1,
  CEST: 2,
  EET: 2,
  EEST: 3,
  MSK: 3,
  JST: 9,
  KST: 9,
  AEST: 10,
  AEDT: 11,
  NZST: 12,
  NZDT: 13,
  EST: -5,
  EDT: -4,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
}
const offsets: ReadonlyMap<string, number> = new Map(
  Object.entries(hoursEast).map(([word, hours]) => [word, hours * 3_600_000_000]),
)
const longest = 4

const colon = 58
const minus = 45

export interface ZoneText {
  /** Microseconds east of UTC. */
  readonly offset: number
  /** The index behind it. */
  readonly end: number
}

/** The zone of capital letters at `index`, such as `UTC`; undefined where there is none that is known. */
export function zoneWord(line: string, index: number): ZoneText | undefined {
  let end = index
  while (end - index <= longest && isCapital(line.charCodeAt(end))) end += 1
  if (end === index || end - index > longest || isWordPart(line.charCodeAt(end))) return undefined
  const offset = offsets.get(line.slice(index, end))
  return offset === undefined ? undefined : { offset, end }
}

/** `±hh`, `±hhmm` or `±hh:mm`, whose sign is at `sign`; 'none' where it is something else. */
export function numericZone(line: string, sign: number): ZoneText | 'none' | 'impossible' {
  const hours = twoDigits(line, sign + 1)
  if (hours === -1) return 'none'
  const minutesAt = line.charCodeAt(sign + 3) === colon ? sign + 4 : sign + 3
  const given = twoDigits(line, minutesAt)
  if (given === -1 && digitAt(line, sign + 3) !== -1) return 'none'
  if (given !== -1 && digitAt(line, minutesAt + 2) !== -1) return 'none'
  const minutes = Math.max(0, given)
  if (hours > 23 || minutes > 59) return 'impossible'
  const size = (hours * 60 + minutes) * 60_000_000
  const offset = line.charCodeAt(sign) === minus ? -size : size
  return { offset, end: given === -1 ? sign + 3 : minutesAt + 2 }
}

const isCapital = (code: number): boolean => code >= 65 && code <= 90

/** Letters, digits and the underscore. */
export const isWordPart = (code: number): boolean =>
  isCapital(code) || (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code === 95
