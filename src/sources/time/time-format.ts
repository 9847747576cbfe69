/** What a format of line times is: a name and a function; a new one is a small file beside `iso-8601.ts`. */

import type { TimestampFormat } from '../../config/timestamp-formats.ts'
import type { Instant } from '../../engine/time.ts'

/** What the time at the start of a line says by itself. */
export type Parsed =
  /** It bore an offset from UTC. */
  | { readonly kind: 'instant'; readonly at: Instant }
  /**
   * It bore none: the wall clock's reading in microseconds, counted as if its zone were UTC. `zone` is a word of the
   * line that may be an IANA name.
   */
  | { readonly kind: 'wall'; readonly at: number; readonly zone?: string }
  /** It bore neither zone nor year; `ofDay` is microseconds since midnight. */
  | { readonly kind: 'yearless'; readonly month: number; readonly day: number; readonly ofDay: number }

/**
 * How far a format is believed.
 *
 * - `sure`: nothing else looks like it.
 * - `near`: some numbers do. It is not believed in the future nor, where another format has fitted, far from the line before.
 * - `alone`: it may mistake what a line says for its time. It is not tried where a surer one has fitted.
 */
export type Trust = 'sure' | 'near' | 'alone'

export interface TimeFormat {
  readonly name: TimestampFormat
  /** An example for people, to be shown where no line of a file bears a known time. */
  readonly example: string
  readonly trust: Trust
  /** The time at the start of `line`; undefined where there is none of this format or it is impossible. */
  readonly parse: (line: string) => Parsed | undefined
}
