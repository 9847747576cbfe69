/** Reads times by a layout of strptime(3)'s directives. Looks at a few characters for each part. */

import type { Directive, LayoutPart } from '../../config/time-layout.ts'
import { instant } from '../../engine/time.ts'
import { dayMicros, dayNumber, timeOfDay } from './calendar.ts'
import { isWeekdayAt, monthAt } from './calendar-names.ts'
import { afterDigits, decimals, digitAt, twoDigits } from './digits.ts'
import type { Parsed } from './time-format.ts'
import { isWordPart, numericZone, zoneWord } from './zone-text.ts'

/** The time at `start` of `line`, or `undefined` where there is none of this layout. */
export type LayoutReader = (line: string, start: number) => Parsed | undefined

/** What has been read so far. */
interface Reading {
  year: number | undefined
  month: number
  day: number
  hour: number
  /** 12 in the afternoon, 0 before noon. */
  half: number | undefined
  minute: number
  second: number
  /** In µs. */
  fraction: number
  /** In µs east of UTC. */
  offset: number | undefined
  /** Perhaps an IANA name. */
  zone: string | undefined
  epoch: number | undefined
}

/** Reads one part at `at`; the index behind it, or -1 where it does not fit, with nothing read then. */
type Step = (line: string, at: number, reading: Reading) => number

/** Whether a time may end at `at`, as it may not within a number. */
export type Ending = (line: string, at: number) => boolean

/** The longest name is `America/Argentina/ComodRivadavia`. */
const zoneLength = 40
const blank = 32
const tab = 9

export const layoutReader = (parts: readonly LayoutPart[], ending = endingOf(parts)): LayoutReader => {
  const steps = parts.map(stepOf)
  let reading = nothing()
  return (line, start) => {
    let at = start
    for (const step of steps) {
      at = step(line, at, reading)
      if (at !== -1) continue
      // Most lines that bear no such time fail here, and have changed nothing.
      if (step !== steps[0]) reading = nothing()
      return undefined
    }
    const read = reading
    reading = nothing()
    return ending(line, at) ? parsed(read) : undefined
  }
}

/** A blank at its end may stand before a number. */
const endingOf = (parts: readonly LayoutPart[]): Ending =>
  parts.at(-1)?.kind === 'blank' ? anything : noDigit

const anything: Ending = () => true
const noDigit: Ending = (line, at) => digitAt(line, at) === -1

const nothing = (): Reading => ({
  year: undefined,
  month: 0,
  day: 0,
  hour: 0,
  half: undefined,
  minute: 0,
  second: 0,
  fraction: 0,
  offset: undefined,
  zone: undefined,
  epoch: undefined,
})

function parsed(reading: Reading): Parsed | undefined {
  const { year, month, day, hour, half, minute, second, fraction, epoch, offset, zone } = reading
  if (epoch !== undefined) return { kind: 'instant', at: instant(epoch * 1_000_000 + fraction) }
  const ofDay = timeOfDay(half === undefined ? hour : (hour % 12) + half, minute, second, fraction)
  if (ofDay === undefined) return undefined
  if (year === undefined) {
    // Whether there is a February 29 depends on the year that is told from the other lines.
    return dayNumber(2000, month, day) === undefined ? undefined : { kind: 'yearless', month, day, ofDay }
  }
  const number = dayNumber(year, month, day)
  if (number === undefined) return undefined
  const wall = number * dayMicros + ofDay
  if (offset !== undefined) return { kind: 'instant', at: instant(wall - offset) }
  return zone === undefined ? { kind: 'wall', at: wall } : { kind: 'wall', at: wall, zone }
}

function stepOf(part: LayoutPart): Step {
  switch (part.kind) {
    case 'text':
      return (line, at) => (line.startsWith(part.text, at) ? at + part.text.length : -1)
    case 'blank':
      return (line, at) => (isBlank(line, at) ? afterBlanks(line, at) : -1)
    default: {
      const step = steps[part.kind]
      if (!part.optional) return step
      return (line, at, reading) => {
        const end = step(line, at, reading)
        return end === -1 ? at : end
      }
    }
  }
}

/** A number of one or two digits; some are padded by a blank. */
const number =
  (take: (value: number, reading: Reading) => boolean, isPadded = false): Step =>
  (line, start, reading) => {
    const at = isPadded && isBlank(line, start) ? start + 1 : start
    const two = twoDigits(line, at)
    const value = two === -1 ? digitAt(line, at) : two
    return value !== -1 && take(value, reading) ? at + (two === -1 ? 1 : 2) : -1
  }

const steps: Readonly<Record<Directive, Step>> = {
  year(line, at, reading) {
    const century = twoDigits(line, at)
    const year = twoDigits(line, at + 2)
    if (century === -1 || year === -1) return -1
    reading.year = century * 100 + year
    return at + 4
  },
  'year-of-century': number((value, reading) => {
    // As strptime(3) has it: 69 to 99 are of the last century.
    reading.year = value < 69 ? 2000 + value : 1900 + value
    return true
  }),
  month: number((value, reading) => {
    reading.month = value
    return true
  }),
  'month-name'(line, at, reading) {
    const month = monthAt(line, at)
    if (month === -1) return -1
    reading.month = month
    return afterLetters(line, at)
  },
  day: number((value, reading) => {
    reading.day = value
    return true
  }, true),
  weekday: (line, at) => (isWeekdayAt(line, at) ? afterLetters(line, at) : -1),
  hour: number((value, reading) => {
    reading.hour = value
    return true
  }, true),
  'hour-of-half': number((value, reading) => {
    if (value < 1 || value > 12) return false
    reading.hour = value
    return true
  }, true),
  half(line, at, reading) {
    const letter = line.charCodeAt(at) | 32
    if ((letter !== 97 && letter !== 112) || (line.charCodeAt(at + 1) | 32) !== 109) return -1
    reading.half = letter === 97 ? 0 : 12
    return at + 2
  },
  minute: number((value, reading) => {
    reading.minute = value
    return true
  }),
  second: number((value, reading) => {
    reading.second = value
    return true
  }),
  fraction(line, at, reading) {
    const point = line.charCodeAt(at)
    return point === 46 || point === 44 ? takeDecimals(line, at + 1, reading) : -1
  },
  decimals: takeDecimals,
  zone: takeZone,
  epoch(line, at, reading) {
    const end = afterDigits(line, at)
    if (end === at || end - at > 10) return -1
    reading.epoch = Number(line.slice(at, end))
    return end
  },
}

function takeDecimals(line: string, at: number, reading: Reading): number {
  const end = afterDigits(line, at)
  if (end === at) return -1
  reading.fraction = decimals(line, at, end)
  return end
}

/** A blank before it is taken, too. */
function takeZone(line: string, start: number, reading: Reading): number {
  const at = isBlank(line, start) ? start + 1 : start
  const sign = line.charCodeAt(at)
  const known = sign === 43 || sign === 45 ? numericZone(line, at) : zoneWord(line, at)
  if (typeof known === 'object') {
    reading.offset = known.offset
    return known.end
  }
  const end = afterZoneName(line, at)
  if (end === at) return -1
  reading.zone = line.slice(at, end)
  return end
}

function afterZoneName(line: string, start: number): number {
  let at = start
  if (!isLetter(line.charCodeAt(at))) return start
  while (at - start < zoneLength && isZonePart(line.charCodeAt(at))) at += 1
  return at
}

function afterLetters(line: string, start: number): number {
  let at = start
  while (at - start < 12 && isLetter(line.charCodeAt(at))) at += 1
  return at
}

function afterBlanks(line: string, start: number): number {
  let at = start
  while (isBlank(line, at)) at += 1
  return at
}

const isLetter = (code: number): boolean => (code | 32) >= 97 && (code | 32) <= 122

/** `Etc/GMT+5`, `America/Port-au-Prince`. */
const isZonePart = (code: number): boolean => isWordPart(code) || code === 47 || code === 43 || code === 45

const isBlank = (line: string, at: number): boolean => {
  const code = line.charCodeAt(at)
  return code === blank || code === tab
}
