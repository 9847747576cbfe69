/** The port of everything that events come from. */

import type { LogEvent } from '../engine/event.ts'
import type { Instant } from '../engine/time.ts'

/** Where a source goes on reading after a restart: JSON that only the source itself understands. */
export type Position =
  | string
  | number
  | boolean
  | null
  | readonly Position[]
  | { readonly [key: string]: Position }

/** Something about the reading itself that an administrator should know. */
export interface SourceNotice {
  /** The sources of the rule file that it concerns. */
  readonly sources: readonly string[]
  readonly at: Instant
  readonly kind: /** Events may be missing between what was read before and what comes next. */
    | 'gap'
    /** A line was cut or an entry could not be read; the rest goes on. */
    | 'damaged'
    /** The reader (a child process, a watch) ended and is started again. */
    | 'reader-restarted'
    /** It cannot be read at present; it is tried again. */
    | 'unavailable'
    /** It can be read again after `unavailable`. */
    | 'available'
  /** One line for people: what happened and, where something can be done, what to do. */
  readonly message: string
}

/** Events in the order of reading, and the position after the last of them. */
export interface Batch {
  readonly events: readonly LogEvent[]
  readonly notices: readonly SourceNotice[]
  readonly position: Position
  /** Events that are no rule's concern and were passed over. */
  readonly skipped?: number
  /** Bytes of recorded files that were read for it. */
  readonly bytes?: number
  /** What was there before is all delivered: from here on comes what happens now. */
  readonly caughtUp?: true
}

/**
 * A reader of events, which may serve several sources of the rule file.
 *
 * `read` starts after `after`, or at the present end where that is undefined, and follows until `signal` aborts, upon
 * which it ends quietly and leaves no child, watch or descriptor behind. Whatever a retry can mend is retried inside, with
 * growing delay, and told by a notice; it throws a `SourceError` only for what no retry can mend. The first batch comes as
 * soon as the place to read from is fixed, without events where there are none: what is logged from then on is delivered.
 * A reading that goes on after a position says when it has caught up. The next batch is read only when it is asked for, so a slow consumer slows the reader.
 */
export interface Source {
  readonly name: string
  read(after: Position | undefined, signal: AbortSignal): AsyncIterable<Batch>
  /**
   * Looks whether the latest reading gets on, which is asked every few seconds or more seldom. Tells in one line why it does
   * not, though there is something to read and nothing that it waits for; nothing where it does, or where that cannot be
   * known. Never rejects.
   */
  stall?(): Promise<string | undefined>
}

/** A source cannot be read and trying again will not help. The message says what to do. */
export class SourceError extends Error {
  override readonly name = 'SourceError'
}
