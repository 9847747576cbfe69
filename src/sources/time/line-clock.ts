/** Tells the times of the lines of one file, in the order of the lines. */

import type { Instant } from '../../engine/time.ts'
import { layoutOf, timeFormats } from './formats.ts'
import type { TimeFormat } from './time-format.ts'
import { yearInference } from './year.ts'
import { zoneOf } from './zone.ts'

export interface LineClock {
  /** The time at the start of `line`; undefined where it bears none, or an impossible one. */
  time(line: string): Instant | undefined
  /** Name of the format of the time that was told last. */
  readonly format: string | undefined
  /** Whether it would tell a time; the line need not come next. */
  bears(line: string): boolean
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

type Candidate = Omit<TimeFormat, 'name' | 'example'> & { readonly name: string }

function candidates(format: string | undefined): readonly Candidate[] {
  if (format === undefined) return timeFormats
  if (!format.includes('%')) return timeFormats.filter(({ name }) => name === format)
  const read = layoutOf(format)
  return [{ name: format, isWeak: false, parse: (line) => read(line, 0) }]
}

export const lineClock = ({ format, timezone, reference }: LineClockOptions): LineClock => {
  const zone = zoneOf(timezone)
  const formats = candidates(format)
  let fitting: Candidate | undefined
  let previous: Instant | undefined
  let isYearless = false

  const parse = (line: string) => {
    const known = fitting?.parse(line)
    if (known !== undefined) return known
    for (const candidate of formats) {
      if (candidate === fitting || (candidate.isWeak && fitting?.isWeak === false)) continue
      const parsed = candidate.parse(line)
      if (parsed === undefined) continue
      fitting = candidate
      return parsed
    }
    return undefined
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
    bears(line) {
      const parsed = parse(line)
      return parsed !== undefined && instantOf(parsed) !== undefined
    },
    get format() {
      return fitting?.name
    },
    get isYearless() {
      return isYearless
    },
  }

  function instantOf(parsed: NonNullable<ReturnType<typeof parse>>): Instant | undefined {
    switch (parsed.kind) {
      case 'instant':
        return parsed.at
      case 'wall':
        return toInstant(parsed.at)
      case 'yearless':
        return inferYear(parsed, previous, reference())
    }
  }
}
