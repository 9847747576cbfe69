/** An entry of the journal, however it was read. */

import type { Duration, Instant } from '../../engine/time.ts'
import type { Fields } from '../../match/matchable.ts'

export interface JournalEntry {
  readonly cursor: string
  /** When journald received it: the order of the journal. */
  readonly realtime: Instant
  readonly monotonic: Duration | undefined
  readonly boot: string | undefined
  /** Without those that begin with two underscores. Bytes that are not UTF-8 are U+FFFD; what was too large is absent. */
  readonly fields: Fields
  /** MESSAGE was too long and is only its start. */
  readonly cut: boolean
}

/** Longest MESSAGE that is taken whole, in bytes. */
export const messageLimit = 1024 * 1024
