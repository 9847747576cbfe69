/** An entry of the journal, however it was read. */

import type { Duration, Instant } from '../../engine/time.ts'
import type { Fields } from '../../match/matchable.ts'

export interface JournalEntry {
  /** Where it can be found again; journalctl's own matter. */
  readonly cursor: string
  /** When journald received it: the order of the journal. */
  readonly realtime: Instant
  /** Since the start of `boot`. */
  readonly monotonic: Duration | undefined
  readonly boot: string | undefined
  /** Without those that begin with two underscores. Bytes that are not UTF-8 are U+FFFD; what was too large is absent. */
  readonly fields: Fields
  /** A value was too long, or there were too many, and only their start is here. */
  readonly cut: boolean
}
