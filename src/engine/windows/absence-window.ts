/** Was there no event for the length of `for`? */

import { after, type Instant } from '../time.ts'
import type { Absence } from './conditions.ts'
import { instantFrom, membersOf, sealOf, seenFrom } from './saved.ts'
import type { Sample, Saved, Seen, Showing, Window } from './window.ts'

/** Waits from the latest event on or, where none came, from `start`. True from the deadline until the next event. */
export class AbsenceWindow implements Window {
  readonly #condition: Absence
  #since: Instant
  #last: Seen | undefined

  constructor(condition: Absence, start: Instant) {
    this.#condition = condition
    this.#since = start
  }

  get deadline(): Instant {
    return after(this.#since, this.#condition.for)
  }

  add({ at, evidence }: Sample): void {
    if (at > this.#since) this.#since = at
    if (this.#last === undefined || at >= this.#last.at) this.#last = { at, evidence }
  }

  isTrue(at: Instant): boolean {
    return at >= this.deadline
  }

  /** Nothing counts here; `last` is the last event before the silence. */
  show(): Showing {
    return this.#last === undefined ? { count: 0 } : { count: 0, last: this.#last }
  }

  clear(at: Instant): void {
    this.#since = at
    this.#last = undefined
  }

  save(): Saved {
    const last = this.#last === undefined ? null : [this.#last.at, this.#last.evidence]
    return { seal: sealOf(this.#condition), since: this.#since, last }
  }

  restore(saved: unknown): boolean {
    const members = membersOf(saved, this.#condition)
    const since = instantFrom(members?.get('since'))
    const pair = members?.get('last')
    const last = Array.isArray(pair) ? seenFrom(pair[0], pair[1]) : undefined
    if (since === undefined || (last === undefined) !== (pair === null)) return false
    if (last !== undefined && last.at > since) return false
    this.#since = since
    this.#last = last
    return true
  }
}
