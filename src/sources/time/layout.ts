/** Reads times by a layout of strptime(3)'s directives. Never more than a few characters for each part. */

import type { DirectivePart, LayoutPart } from '../../config/time-layout.ts'
import { instant } from '../../engine/time.ts'
import { dayMicros, dayNumber, timeOfDay } from './calendar.ts'
import { afterDigits, decimals, digitAt, twoDigits } from './digits.ts'
import { monthAt } from './month-name.ts'
import type { Parsed } from './time-format.ts'

/** The time at `start` of `line`, or `undefined` where there is none of this layout. */
export type LayoutReader = (line: string, start: number) => Parsed | undefined

const blank = 32
const tab = 9
/** The furthest that a zone's word may reach, as in `America/Argentina/Buenos_Aires`. */
const zoneLength = 40

/** What has been read so far; -1 where nothing was. */
class Reading {
  at = 0
  year = -1
  month = -1
  day = -1
  hour = 0
  half = -1
  minute = 0
  second = 0
  fraction = 0
  /** In µs east of UTC. */
  offset: number | undefined
  epoch = -1
}

export const layoutReader =
  (parts: readonly LayoutPart[]): LayoutReader =>
  (line, start) => {
    const reading = new Reading()
    reading.at = start
    for (const part of parts) if (!take(part, line, reading)) return undefined
    return parsed(reading)
  }

function parsed(reading: Reading): Parsed | undefined {
  const { year, month, day, minute, second, fraction, half, epoch, offset } = reading
  if (epoch >= 0) return { kind: 'instant', at: instant(epoch * 1_000_000 + fraction) }
  const hour = half < 0 ? reading.hour : (reading.hour % 12) + 12 * half
  const ofDay = timeOfDay(hour, minute, second, fraction)
  if (ofDay === undefined) return undefined
  if (year < 0) {
    // Whether there is a February 29 depends on the year that is told from the other lines.
    return dayNumber(2000, month, day) === undefined ? undefined : { kind: 'yearless', month, day, ofDay }
  }
  const number = dayNumber(year, month, day)
  if (number === undefined) return undefined
  const wall = number * dayMicros + ofDay
  return offset === undefined ? { kind: 'wall', at: wall } : { kind: 'instant', at: instant(wall - offset) }
}

function take(part: LayoutPart, line: string, reading: Reading): boolean {
  const { at } = reading
  if (part.kind === 'text') {
    reading.at += part.text.length
    return line.startsWith(part.text, at)
  }
  if (part.kind === 'blank') {
    while (isBlank(line, reading.at)) reading.at++
    return reading.at > at
  }
  return takeDirective(part, line, reading) || (part.optional && putBack(reading, at))
}

function takeDirective({ kind }: DirectivePart, line: string, reading: Reading): boolean {
  const { at } = reading
  switch (kind) {
    case 'year': {
      const century = twoDigits(line, at)
      const year = twoDigits(line, at + 2)
      reading.year = century * 100 + year
      reading.at += 4
      return century >= 0 && year >= 0
    }
    case 'year-of-century': {
      // As strptime(3) has it: 69 to 99 are of the last century.
      const year = takeNumber(line, reading)
      reading.year = year < 69 ? 2000 + year : 1900 + year
      return year >= 0
    }
    case 'month':
      reading.month = takeNumber(line, reading)
      return reading.month >= 0
    case 'month-name': {
      reading.month = monthAt(line, at)
      reading.at = afterLetters(line, at)
      return reading.month > 0
    }
    case 'day':
      if (isBlank(line, at)) reading.at++
      reading.day = takeNumber(line, reading)
      return reading.day >= 0
    case 'weekday':
      reading.at = afterLetters(line, at)
      return reading.at - at >= 3
    case 'hour':
    case 'hour-of-half':
      if (isBlank(line, at)) reading.at++
      reading.hour = takeNumber(line, reading)
      return reading.hour >= 0 && (kind === 'hour' || (reading.hour >= 1 && reading.hour <= 12))
    case 'half': {
      const letter = line.charCodeAt(at) | 32
      reading.half = letter === 97 ? 0 : letter === 112 ? 1 : -1
      reading.at += 2
      return reading.half >= 0 && (line.charCodeAt(at + 1) | 32) === 109
    }
    case 'minute':
      reading.minute = takeNumber(line, reading)
      return reading.minute >= 0
    case 'second':
      reading.second = takeNumber(line, reading)
      return reading.second >= 0
    case 'fraction': {
      const point = line.charCodeAt(at)
      const end = afterDigits(line, at + 1)
      if ((point !== 46 && point !== 44) || end === at + 1) return false
      reading.fraction = decimals(line, at + 1, end)
      reading.at = end
      return true
    }
    case 'zone':
      return takeZone(line, reading)
    case 'epoch': {
      const end = afterDigits(line, at)
      reading.epoch = Number(line.slice(at, end))
      reading.at = end
      return end > at && end - at <= 10
    }
  }
}

/** What is optional and not there is passed over. */
function putBack(reading: Reading, at: number): boolean {
  reading.at = at
  return true
}

/** The number of one or two digits at the place of reading; -1 where there is none. */
function takeNumber(line: string, reading: Reading): number {
  const { at } = reading
  const two = twoDigits(line, at)
  reading.at += two >= 0 ? 2 : 1
  return two >= 0 ? two : digitAt(line, at)
}

/** A blank before it is taken, too. */
function takeZone(line: string, reading: Reading): boolean {
  const at = isBlank(line, reading.at) ? reading.at + 1 : reading.at
  const sign = line[at]
  if (sign === '+' || sign === '-') {
    const hours = twoDigits(line, at + 1)
    const minutesAt = line[at + 3] === ':' ? at + 4 : at + 3
    const minutes = twoDigits(line, minutesAt)
    if (hours < 0 || hours > 23 || minutes > 59) return false
    const offset = (hours * 60 + Math.max(0, minutes)) * 60_000_000
    reading.offset = sign === '-' ? -offset : offset
    reading.at = minutes < 0 ? at + 3 : minutesAt + 2
    return true
  }
  const word = /^[A-Za-z][A-Za-z/_]*/.exec(line.slice(at, at + zoneLength))?.[0]
  if (word === undefined) return false
  if (word === 'Z' || word === 'UTC' || word === 'GMT') reading.offset = 0
  reading.at = at + word.length
  return true
}

function afterLetters(line: string, start: number): number {
  let at = start
  while ((line.charCodeAt(at) | 32) >= 97 && (line.charCodeAt(at) | 32) <= 122 && at - start < 12) at++
  return at
}

const isBlank = (line: string, at: number): boolean => {
  const code = line.charCodeAt(at)
  return code === blank || code === tab
}
