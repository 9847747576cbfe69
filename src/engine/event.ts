/** An event: one journal entry or log line, as every source delivers it. */

import type { Matchable } from '../match/matchable.ts'
import type { Duration, Instant } from './time.ts'

/** Time since the machine was booted, which no setting of the clock changes; comparable within one boot only. */
export interface MonotonicTime {
  /** The kernel's boot ID, 32 hexadecimal digits. */
  readonly boot: string
  readonly at: Duration
}

export interface LogEvent extends Matchable {
  readonly kind: 'event'
  /** Name of the source in the rule file. */
  readonly source: string
  /** The event's own time, never the time of reading unless the line bears none. */
  readonly at: Instant
  /** The journal's monotonic time. */
  readonly monotonic?: MonotonicTime
  /** Where the event can be found again: a journal cursor, or `FILE:BYTE-OFFSET`. */
  readonly position: string
  /** The line was longer than its source's limit and `text` holds only its start. */
  readonly cut?: true
}
