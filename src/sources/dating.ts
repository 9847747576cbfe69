/** Dates the lines of one file or stream that grows: by their own time, by the line before, or by the time of reading. */

import type { FileSpec } from '../config/ruleset.ts'
import { type Duration, type Instant, seconds, span } from '../engine/time.ts'
import { lineClock } from './time/line-clock.ts'

/**
 * A line without a time belongs to the line before it, as the lines of a stack trace do, if it was read at most this
 * long after it. Later it is taken for a new message, of the time of reading; else a file that bears a time only in
 * its first line would be as old as that for ever.
 */
const together: Duration = seconds(5)

export interface Dating {
  /** The time of a line that is read at `now`. */
  date(line: string, now: Instant): Instant
}

export const dating = ({ timestamp, timezone }: FileSpec, clock: () => Instant): Dating => {
  const lines = lineClock({ format: timestamp, timezone, reference: clock })
  let last: { readonly at: Instant; readonly read: Instant } | undefined

  return {
    date(line, now) {
      const own = lines.time(line)
      if (own !== undefined) last = { at: own, read: now }
      return last !== undefined && span(last.read, now) <= together ? last.at : now
    },
  }
}
