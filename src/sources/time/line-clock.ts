/** Tells the times of the lines of one file, in the order of the lines. */

import { type Instant, span } from '../../engine/time.ts'
import { layoutOf } from './at-start.ts'
import { dayMicros } from './calendar.ts'
import { timeFormats } from './formats.ts'
import { namedZones } from './named-zones.ts'
import type { Parsed, TimeFormat } from './time-format.ts'
import { yearInference } from './year.ts'
import { zoneOf } from './zone.ts'

export interface LineClock {
  /** The time at the start of `line`; undefined where it bears none, or an impossible one. */
  time(line: string): Instant | undefined
  /** Name of the format of the time that was told last. */
  readonly format: string | undefined
  /** The times that were met last bear no year: they are told from those before. */
  readonly isYearless: boolean
}

export interface LineClockOptions {
  /** The only format to look for, by name or as a layout; without it all are tried, first the one that fitted before. */
  readonly format?: string | undefined
  /** IANA zone of times that bear none; undefined: the machine's. */
  readonly timezone?: string | undefined
  /** An instant that no line lies far after: the present for a file that grows, the last change of a recorded one. */
  readonly reference: () => Instant
}

/** No time stands behind so many characters, and a line of any length costs no more than one of these. */
const headLength = 1_024
/** So far from the line before, a number that may be a time is taken for a number. */
const near = 31 * dayMicros

type Candidate = Pick<TimeFormat, 'trust' | 'parse'> & { readonly name: string }

function candidates(format: string | undefined): readonly Candidate[] {
  if (format === undefined) return timeFormats
  if (!format.includes('%'))
    return timeFormats.filter(({ name }) => name === format).map((known) => ({ ...known, trust: 'sure' }))
  const read = layoutOf(format)
  return [{ name: format, trust: 'sure', parse: (line) => read(line, 0) }]
}

export const lineClock = ({ format, timezone, reference }: LineClockOptions): LineClock => {
  const zone = zoneOf(timezone)
  const zoneNamed = namedZones()
  const formats = candidates(format)
  let fitting: Candidate | undefined
  let previous: Instant | undefined
  let isYearless = false

  const parse = (line: string): Parsed | undefined => {
    const head = line.length > headLength ? line.slice(0, headLength) : line
    const first = fitting?.trust === 'alone' ? undefined : fitting
    const known = first?.parse(head)
    if (known !== undefined) return known
    for (const candidate of formats) {
      if (candidate === first || (candidate.trust === 'alone' && first !== undefined)) continue
      const parsed = candidate.parse(head)
      if (parsed === undefined || (candidate.trust === 'near' && !isLikely(parsed))) continue
      fitting = candidate
      return parsed
    }
    return undefined
  }

  const isLikely = (parsed: Parsed): boolean => {
    const at = instantOf(parsed)
    if (at === undefined || span(reference(), at) > dayMicros) return false
    return previous === undefined || Math.abs(span(previous, at)) <= near
  }

  const toInstant = (wall: number): Instant => zone.instantOf(wall, previous)
  const inferYear = yearInference(toInstant)

  return {
    time(line) {
      const parsed = parse(line)
      if (parsed === undefined) return undefined
      const at = instantOf(parsed)
      if (at !== undefined) previous = at
      isYearless = parsed.kind === 'yearless'
      return at
    },
    get format() {
      return fitting?.name
    },
    get isYearless() {
      return isYearless
    },
  }

  function instantOf(parsed: Parsed): Instant | undefined {
    switch (parsed.kind) {
      case 'instant':
        return parsed.at
      case 'wall':
        return (
          (parsed.zone === undefined ? undefined : zoneNamed(parsed.zone))?.instantOf(parsed.at, previous) ??
          toInstant(parsed.at)
        )
      case 'yearless':
        return inferYear(parsed, previous, reference())
    }
  }
}
