/** ISO 8601 and its relatives: `2024-05-17T03:12:44.123Z`, `[2024-05-17 03:12:44,123 +0200]`. */

import { instant } from '../../engine/time.ts'
import { dayMicros, dayNumber, timeOfDay } from './calendar.ts'
import { afterDigits, decimals, digitAt, twoDigits } from './digits.ts'
import type { Parsed, TimeFormat } from './time-format.ts'

const bracket = 91
const minus = 45
const plus = 43
const colon = 58
const blank = 32

const parse = (line: string): Parsed | undefined => {
  const start = line.charCodeAt(0) === bracket ? 1 : 0
  const day = dayAt(line, start)
  if (day === undefined) return undefined
  const separator = line.charCodeAt(start + 10)
  if (separator !== 84 && separator !== 116 && separator !== blank) return undefined
  if (line.charCodeAt(start + 13) !== colon || line.charCodeAt(start + 16) !== colon) return undefined
  const hour = twoDigits(line, start + 11)
  const minute = twoDigits(line, start + 14)
  const second = twoDigits(line, start + 17)
  if (hour === -1 || minute === -1 || second === -1) return undefined

  const point = line.charCodeAt(start + 19)
  let end = start + 19
  if ((point === 46 || point === 44) && digitAt(line, end + 1) !== -1) end = afterDigits(line, end + 1)
  else if (digitAt(line, end) !== -1) return undefined
  const ofDay = timeOfDay(hour, minute, second, decimals(line, start + 20, end))
  if (ofDay === undefined) return undefined

  const wall = day * dayMicros + ofDay
  const offset = zoneAt(line, end)
  if (offset === 'none') return { kind: 'wall', at: wall }
  return offset === 'impossible' ? undefined : { kind: 'instant', at: instant(wall - offset) }
}

/** Day number of the `YYYY-MM-DD` at `start`. */
const dayAt = (line: string, start: number): number | undefined => {
  if (line.charCodeAt(start + 4) !== minus || line.charCodeAt(start + 7) !== minus) return undefined
  const century = twoDigits(line, start)
  const year = twoDigits(line, start + 2)
  if (century === -1 || year === -1) return undefined
  return dayNumber(century * 100 + year, twoDigits(line, start + 5), twoDigits(line, start + 8))
}

/**
 * Microseconds east of UTC by the zone at `index`: `Z`, `±hh:mm`, `±hhmm`, `±hh`. After a blank, where other words
 * may stand, only `UTC`, `GMT`, `±hh:mm` and `±hhmm` are taken for one.
 */
const zoneAt = (line: string, index: number): number | 'none' | 'impossible' => {
  const code = line.charCodeAt(index)
  if (code === 90 || code === 122) return isWordEnd(line, index + 1) ? 0 : 'none'
  if (code === plus || code === minus) return numericZone(line, index, false)
  if (code !== blank) return 'none'
  const next = line.charCodeAt(index + 1)
  if (next === plus || next === minus) return numericZone(line, index + 1, true)
  const isNamed = line.startsWith('UTC', index + 1) || line.startsWith('GMT', index + 1)
  return isNamed && isWordEnd(line, index + 4) ? 0 : 'none'
}

const numericZone = (line: string, sign: number, minutesNeeded: boolean): number | 'none' | 'impossible' => {
  const hours = twoDigits(line, sign + 1)
  if (hours === -1) return 'none'
  const minutesAt = line.charCodeAt(sign + 3) === colon ? sign + 4 : sign + 3
  const given = twoDigits(line, minutesAt)
  if (given === -1 && (minutesNeeded || digitAt(line, sign + 3) !== -1)) return 'none'
  const minutes = given === -1 ? 0 : given
  if (given !== -1 && digitAt(line, minutesAt + 2) !== -1) return 'none'
  if (hours > 23 || minutes > 59) return 'impossible'
  const offset = (hours * 60 + minutes) * 60_000_000
  return line.charCodeAt(sign) === minus ? -offset : offset
}

const isWordEnd = (line: string, index: number): boolean => {
  const code = line.charCodeAt(index)
  return !((code >= 65 && code <= 90) || (code >= 97 && code <= 122) || digitAt(line, index) !== -1)
}

export const iso8601: TimeFormat = {
  name: 'iso8601',
  example: '2024-05-17T03:12:44.123Z',
  isWeak: false,
  parse,
}
