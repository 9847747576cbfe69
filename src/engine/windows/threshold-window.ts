/** Are there `count` events in a span of `within`? Exact, late events included, with less than 2 × `count` kept. */

import { EventRing } from '../event-ring.ts'
import { type Instant, microseconds, span } from '../time.ts'
import type { Threshold } from './conditions.ts'
import { eventsFrom, membersOf, sealOf } from './saved.ts'
import type { Sample, Saved, Seen, Showing, Window } from './window.ts'

/**
 * A run is `count` events, consecutive in time, from the first to the last in `within` or less. The condition is true at a
 * time to which a run reaches: `within` from its first event or, for the sake of events that come up to `lateness` out of
 * order and complete a run that is over already, the shorter of `lateness` and `within` from its last one. So the answer
 * depends on the events and not on the order in which they arrived.
 */
export class ThresholdWindow implements Window {
  readonly #condition: Threshold
  readonly #reach: number
  readonly #limit: number
  #events: EventRing
  /** The time to which some run reaches. */
  #until = Number.NEGATIVE_INFINITY

  constructor(condition: Threshold, lateness = microseconds(0)) {
    const { count, within } = condition
    this.#condition = condition
    this.#reach = Math.min(lateness, within)
    // A run that lacks an event beyond these has `count` later events, so close together that they reach further.
    this.#limit = lateness === 0 ? count : Math.max(count, 2 * count - 2)
    this.#events = new EventRing(this.#limit)
  }

  add({ at, evidence }: Sample): void {
    this.#add(at, evidence)
  }

  isTrue(at: Instant): boolean {
    return at <= this.#until && this.#latest <= this.#until
  }

  show(): Showing {
    const { first, last } = this.#shown()
    return last < 0
      ? { count: 0 }
      : { count: last - first + 1, first: this.#seen(first), last: this.#seen(last) }
  }

  latest(limit: number): readonly Seen[] {
    const { first, last } = this.#shown()
    const from = Math.max(first, last - limit + 1)
    return Array.from({ length: last - from + 1 }, (_, index) => this.#seen(from + index))
  }

  /** Places of the first and the last event that count; the last one is -1 where there is none. */
  #shown(): { readonly first: number; readonly last: number } {
    const events = this.#events
    const { count, within } = this.#condition
    let last = events.size - 1
    let first = last - count + 1
    if (this.#latest <= this.#until) {
      while (first > 0 && !this.#isRun(first)) first--
      last = first + count - 1
    } else {
      first = events.size
      while (first > 0 && span(events.timeAt(first - 1), events.timeAt(last)) <= within) first--
    }
    return { first, last }
  }

  clear(): void {
    this.#events.clear()
    this.#until = Number.NEGATIVE_INFINITY
  }

  save(): Saved {
    const events: number[] = []
    for (let index = 0; index < this.#events.size; index++) {
      events.push(this.#events.timeAt(index), this.#events.evidenceAt(index))
    }
    return { seal: sealOf(this.#condition), events }
  }

  restore(saved: unknown): boolean {
    const events = eventsFrom(membersOf(saved, this.#condition)?.get('events'), this.#limit)
    if (events === undefined) return false
    this.#events = new EventRing(this.#limit)
    this.#until = Number.NEGATIVE_INFINITY
    for (const { at, evidence } of events) this.#add(at, evidence)
    return true
  }

  get #latest(): number {
    const { size } = this.#events
    return size === 0 ? Number.NEGATIVE_INFINITY : this.#events.timeAt(size - 1)
  }

  #add(at: Instant, evidence: number): void {
    const events = this.#events
    const { count, within } = this.#condition
    events.add(at, evidence)
    let place = events.size - 1
    while (place > 0 && events.timeAt(place) > at) place--
    // Only runs that hold the new event are new.
    const end = Math.min(events.size, place + count)
    for (let last = Math.max(place, count - 1); last < end; last++) {
      const first = last - count + 1
      if (!this.#isRun(first)) continue
      this.#until = Math.max(this.#until, events.timeAt(first) + within, events.timeAt(last) + this.#reach)
    }
  }

  #isRun(first: number): boolean {
    const { count, within } = this.#condition
    return span(this.#events.timeAt(first), this.#events.timeAt(first + count - 1)) <= within
  }

  #seen(index: number) {
    return { at: this.#events.timeAt(index), evidence: this.#events.evidenceAt(index) }
  }
}
