/** Whether a journalctl delivers what is in the journal: one can be alive and say nothing. Pure. */

import type { Sight } from './journalctl.ts'
import { isBehind, type Place } from './place.ts'

export interface Delivered {
  /** Tells one journalctl from the next. */
  readonly reading: number
  /** Of what it delivered last; another object for every delivery. */
  readonly place: Place | undefined
}

export class DeliveryCheck {
  /** How things stood at the look before, where an entry was due then. */
  #due: Delivered | undefined

  /** `newest` is the last selected entry, seen after `now`. An entry that is due at two looks in a row is not delivered. */
  isStalled(now: Delivered, newest: Sight): boolean {
    const before = this.#due
    const isDue = newest.kind === 'entry' && isBehind(now.place?.cursor, newest.entry.cursor)
    this.#due = isDue ? now : undefined
    return isDue && before?.reading === now.reading && before.place === now.place
  }
}
