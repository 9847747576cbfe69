/** Classic syslog, RFC 3164: `May 17 03:12:44 host …`, `<34>May  7 03:12:44 …`. It bears neither year nor zone. */

import { timeOfDay } from './calendar.ts'
import { monthAt } from './calendar-names.ts'
import { afterDigits, decimals, digitAt, twoDigits } from './digits.ts'
import type { Parsed, TimeFormat } from './time-format.ts'

const blank = 32
const colon = 58

/** Days of the longest such month: whether there is a February 29 depends on the year that is inferred. */
const longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

const parse = (line: string): Parsed | undefined => {
  const start = afterPriority(line)
  const month = monthAt(line, start)
  if (month < 0 || line.charCodeAt(start + 3) !== blank) return undefined

  const dayAt = line.charCodeAt(start + 4) === blank ? start + 5 : start + 4
  const clock = afterDigits(line, dayAt) + 1
  const wide = twoDigits(line, dayAt)
  const day = wide === -1 ? digitAt(line, dayAt) : wide
  const shape = clock - dayAt <= 3 && line.charCodeAt(clock - 1) === blank
  if (!shape || day < 1 || day > (longest[month - 1] ?? 0)) return undefined

  if (line.charCodeAt(clock + 2) !== colon || line.charCodeAt(clock + 5) !== colon) return undefined
  const hour = twoDigits(line, clock)
  const minute = twoDigits(line, clock + 3)
  const second = twoDigits(line, clock + 6)
  if (hour === -1 || minute === -1 || second === -1 || digitAt(line, clock + 8) !== -1) return undefined
  const fraction =
    line.charCodeAt(clock + 8) === 46 ? decimals(line, clock + 9, afterDigits(line, clock + 9)) : 0
  const ofDay = timeOfDay(hour, minute, second, fraction)
  return ofDay === undefined ? undefined : { kind: 'yearless', month, day, ofDay }
}

/** The index after a leading `<PRI>` of at most three digits; 0 without one. */
const afterPriority = (line: string): number => {
  if (line.charCodeAt(0) !== 60) return 0
  const end = afterDigits(line, 1)
  return end > 1 && end <= 4 && line.charCodeAt(end) === 62 ? end + 1 : 0
}

export const rfc3164: TimeFormat = { name: 'rfc3164', example: 'May 17 03:12:44', trust: 'sure', parse }
