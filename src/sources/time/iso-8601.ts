/** ISO 8601 and its relatives: `2024-05-17T03:12:44.123Z`, `[2024-05-17 03:12:44,123 +0200]`, `2024-05-17T03:12Z`. */

import { instant } from '../../engine/time.ts'
import { dayMicros, dayNumber, timeOfDay } from './calendar.ts'
import { afterDigits, decimals, digitAt, twoDigits } from './digits.ts'
import type { Parsed, TimeFormat } from './time-format.ts'
import { isWordPart, numericZone, zoneWord } from './zone-text.ts'

const bracket = 91
const minus = 45
const plus = 43
const colon = 58
const blank = 32

/** The time at `start` of `line`. */
export const isoTimeAt = (line: string, start: number): Parsed | undefined => {
  const day = dayAt(line, start)
  if (day === undefined) return undefined
  const separator = line.charCodeAt(start + 10)
  if (separator !== 84 && separator !== 116 && separator !== blank) return undefined
  if (line.charCodeAt(start + 13) !== colon) return undefined
  // MariaDB writes a blank for the first digit of an early hour.
  const isPadded = separator === blank && line.charCodeAt(start + 11) === blank
  const hour = isPadded ? digitAt(line, start + 12) : twoDigits(line, start + 11)
  const minute = twoDigits(line, start + 14)
  const hasSeconds = line.charCodeAt(start + 16) === colon
  const second = hasSeconds ? twoDigits(line, start + 17) : 0
  if (hour === -1 || minute === -1 || second === -1) return undefined

  const clockEnd = hasSeconds ? start + 19 : start + 16
  let end = clockEnd
  const point = line.charCodeAt(end)
  const hasFraction = hasSeconds && (point === 46 || point === 44) && digitAt(line, end + 1) !== -1
  if (hasFraction) end = afterDigits(line, end + 1)
  else if (digitAt(line, end) !== -1) return undefined
  const ofDay = timeOfDay(hour, minute, second, decimals(line, clockEnd + 1, end))
  if (ofDay === undefined) return undefined

  const wall = day * dayMicros + ofDay
  const offset = offsetAt(line, end)
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
 * may stand, only words for zones, `±hh:mm` and `±hhmm` are taken for one.
 */
const offsetAt = (line: string, index: number): number | 'none' | 'impossible' => {
  const isApart = line.charCodeAt(index) === blank
  const start = isApart ? index + 1 : index
  const code = line.charCodeAt(start)
  if (code === plus || code === minus) {
    const zone = numericZone(line, start)
    if (typeof zone === 'string') return zone
    return isApart && zone.end === start + 3 ? 'none' : zone.offset
  }
  if (!isApart && code === 122) return isWordPart(line.charCodeAt(start + 1)) ? 'none' : 0
  return zoneWord(line, start)?.offset ?? 'none'
}

export const iso8601: TimeFormat = {
  name: 'iso8601',
  example: '2024-05-17T03:12:44.123Z',
  trust: 'sure',
  parse: (line) => isoTimeAt(line, line.charCodeAt(0) === bracket ? 1 : 0),
}
