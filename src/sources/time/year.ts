/** The year of a time that bears none. */

import { type Instant, instant } from '../../engine/time.ts'
import { dayMicros, dayNumber, yearOf } from './calendar.ts'
import type { Parsed } from './time-format.ts'

type Yearless = Extract<Parsed, { kind: 'yearless' }>

export type YearInference = (
  time: Yearless,
  /** The time of the line before. */
  previous: Instant | undefined,
  /** The present, or the last change of a recorded file. */
  reference: Instant,
) => Instant | undefined

/** How far a line may lie before the line above it and still be of the same year. */
const disorder = 30 * dayMicros

/** February 29 comes at least every eight years. */
const span = 8

/**
 * Finds the instants of times without a year.
 *
 * After a line of known time it is the first year in which the time is not more than 30 days before that line, so that
 * December is followed by January of the next year. Without one, or where that would be more than a day after
 * `reference`, it is the latest year that is not.
 */
export const yearInference = (toInstant: (wall: number) => Instant): YearInference => {
  let last = { month: 0, day: 0, number: 0, at: instant(0) }

  return ({ month, day, ofDay }, previous, reference) => {
    const latest = instant(reference + dayMicros)
    // The lines of one day are of one year: by far the most frequent case, and the only one that must be fast.
    if (last.month === month && last.day === day && last.at === previous) {
      const at = toInstant(last.number * dayMicros + ofDay)
      last.at = at
      if (at <= latest) return at
    }

    const inYear = (year: number, earliest: number): Instant | undefined => {
      const number = dayNumber(year, month, day)
      if (number === undefined) return undefined
      const wall = number * dayMicros + ofDay
      // The zone is not asked for times far from the bounds: it is quick only for times near each other.
      if (wall < earliest - dayMicros || wall > latest + dayMicros) return undefined
      const at = toInstant(wall)
      if (at < earliest || at > latest) return undefined
      last = { month, day, number, at }
      return at
    }
    if (previous !== undefined) {
      const start = yearOf(previous)
      for (let year = start - 1; year <= start + span; year += 1) {
        const at = inYear(year, previous - disorder)
        if (at !== undefined) return at
      }
    }
    // One year more than that of the bound in UTC: the zone may be ahead of it.
    const end = yearOf(latest) + 1
    for (let year = end; year >= end - span - 1; year -= 1) {
      const at = inYear(year, Number.NEGATIVE_INFINITY)
      if (at !== undefined) return at
    }
    return undefined
  }
}
