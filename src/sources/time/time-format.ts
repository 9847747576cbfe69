/** What a format of line times is: a name and a function; a new one is a small file beside `iso-8601.ts`. */

import type { TimestampFormat } from '../../config/timestamp-formats.ts'
import type { Instant } from '../../engine/time.ts'

/** What the time at the start of a line says by itself. */
export type Parsed =
  /** It bore a zone. */
  | { readonly kind: 'instant'; readonly at: Instant }
  /** It bore none: the wall clock's reading in microseconds, counted as if its zone were UTC. */
  | { readonly kind: 'wall'; readonly at: number }
  /** It bore neither zone nor year; `ofDay` is microseconds since midnight. */
  | { readonly kind: 'yearless'; readonly month: number; readonly day: number; readonly ofDay: number }

export interface TimeFormat {
  readonly name: TimestampFormat
  /** An example for people, to be shown where no line of a file bears a known time. */
  readonly example: string
  /** It may mistake what a line says for its time: not tried where another one has fitted. */
  readonly isWeak: boolean
  /** The time at the start of `line`; undefined where there is none of this format or it is impossible. */
  readonly parse: (line: string) => Parsed | undefined
}
