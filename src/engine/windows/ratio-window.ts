/** Does the share of the events in the span that also match something exceed a limit? */

import type { Matcher } from '../../match/compile-match.ts'
import type { Instant } from '../time.ts'
import type { Ratio } from './conditions.ts'
import { latestFrom, membersOf, savedLatest, sealOf } from './saved.ts'
import { ValueSpan } from './value-span.ts'
import type { Sample, Saved, Seen, Showing, Window } from './window.ts'

/**
 * The span before a time holds the events from `within` earlier on, both ends included. Exact up to `limit` events in the
 * span; past that as `SpanRing` says. Never true without an event.
 */
export class RatioWindow implements Window {
  readonly #condition: Ratio
  readonly #of: Matcher
  readonly #limit: number
  /** 1 for an event that matches, 0 for any other: the share is their average. */
  #hits: ValueSpan
  #latest = Number.NEGATIVE_INFINITY

  constructor(condition: Ratio, of: Matcher, limit = 10_000) {
    this.#condition = condition
    this.#of = of
    this.#limit = limit
    this.#hits = this.#newSpan()
  }

  add({ at, evidence, event }: Sample): void {
    this.#latest = Math.max(this.#latest, at)
    const from = this.#latest - this.#condition.within
    this.#hits.forgetBefore(from)
    if (at >= from) this.#hits.add(at, evidence, this.#of(event) === undefined ? 0 : 1)
  }

  isTrue(at: Instant): boolean {
    const { above, min } = this.#condition
    this.#lookFrom(at)
    return this.#hits.count >= Math.max(1, min) && this.#hits.compare(above) > 0
  }

  show(): Showing {
    this.#lookFrom(this.#latest)
    const { count, first, last } = this.#hits
    if (first === undefined || last === undefined) return { count }
    return { count, value: this.#hits.result, first, last }
  }

  latest(limit: number): readonly Seen[] {
    this.#lookFrom(this.#latest)
    return this.#hits.latest(limit)
  }

  clear(): void {
    this.#hits = this.#newSpan()
    this.#latest = Number.NEGATIVE_INFINITY
  }

  save(): Saved {
    return { seal: sealOf(this.#condition), latest: savedLatest(this.#latest), hits: this.#hits.save() }
  }

  restore(saved: unknown): boolean {
    const members = membersOf(saved, this.#condition)
    const latest = latestFrom(members?.get('latest'))
    const hits = this.#newSpan().restored(members?.get('hits'))
    if (latest === undefined || hits === undefined || (hits.last?.at ?? latest) > latest) return false
    this.#hits = hits
    this.#latest = latest
    return true
  }

  #lookFrom(at: number): void {
    this.#hits.lookFrom(Math.max(at, this.#latest) - this.#condition.within)
  }

  #newSpan(): ValueSpan {
    return new ValueSpan('avg', this.#limit)
  }
}
