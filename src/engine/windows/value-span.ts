/** The values of a sliding span with their summary, as seen from any time. */

import type { Instant } from '../time.ts'
import type { AggregateFunction } from './conditions.ts'
import { SpanRing } from './span-ring.ts'
import { createSummary, mergeFor, type Summary } from './summary.ts'
import type { Saved, Seen } from './window.ts'

/** What an aggregate needs of its values, however they are kept. */
export interface Values {
  add(at: Instant, evidence: number, value: number): void
  /** Everything below is about the values from `time` on. */
  lookFrom(time: number): void
  /** Lets go of the values before `time`. */
  forgetBefore(time: number): void
  readonly count: number
  /** Positive when the result is above `limit`, negative when below, 0 when equal. There must be a value. */
  compare(limit: number): number
  /** There must be a value. */
  readonly result: number
  readonly first: Seen | undefined
  readonly last: Seen | undefined
  save(): Saved
}

/** Exact up to `limit` values; then the far ones are merged as `SpanRing` says, which is nothing for percentiles. */
export class ValueSpan implements Values {
  readonly #fn: AggregateFunction
  #ring: SpanRing
  #summary: Summary
  /** The first row that is looked at: this one and all later ones are in the summary. */
  #from = 0

  constructor(fn: AggregateFunction, limit: number) {
    this.#fn = fn
    this.#ring = new SpanRing(limit, mergeFor(fn))
    this.#summary = createSummary(fn)
  }

  get isFull(): boolean {
    return this.#ring.size >= this.#ring.limit
  }

  get count(): number {
    return this.#ring.countFrom(this.#from)
  }

  get result(): number {
    return this.#summary.result(this.count)
  }

  get first(): Seen | undefined {
    return this.#from < this.#ring.size ? this.#ring.seenAt(this.#from) : undefined
  }

  get last(): Seen | undefined {
    return this.#from < this.#ring.size ? this.#ring.seenAt(this.#ring.size - 1) : undefined
  }

  /** The latest `limit` of those that are looked at, oldest first. */
  latest(limit: number): readonly Seen[] {
    return this.#ring.latestFrom(this.#from, limit)
  }

  compare(limit: number): number {
    return this.#summary.compare(limit, this.count)
  }

  add(at: Instant, evidence: number, value: number): void {
    if (this.isFull) {
      this.#ring.compact()
      this.#summarise()
    }
    const row = this.#ring.add(at, evidence, value)
    if (row < this.#from) this.#from++
    else this.#summary.enter(value)
  }

  lookFrom(time: number): void {
    const target = this.#ring.rowFrom(time)
    while (this.#from < target) this.#summary.leave(this.#ring.valueAt(this.#from++))
    while (this.#from > target) this.#summary.enter(this.#ring.valueAt(--this.#from))
  }

  forgetBefore(time: number): void {
    this.lookFrom(time)
    this.#ring.dropOldest(this.#from)
    this.#from = 0
  }

  /** All values, oldest first. */
  *[Symbol.iterator](): Generator<readonly [Seen, number]> {
    for (let row = 0; row < this.#ring.size; row++) yield [this.#ring.seenAt(row), this.#ring.valueAt(row)]
  }

  save(): Saved {
    return this.#ring.save()
  }

  /** A span as this one with what `save` returned; undefined where that was something else. */
  restored(saved: unknown): ValueSpan | undefined {
    const ring = this.#ring.restored(saved)
    if (ring === undefined) return undefined
    const span = new ValueSpan(this.#fn, ring.limit)
    span.#ring = ring
    span.#summarise()
    return span
  }

  #summarise(): void {
    this.#summary = createSummary(this.#fn)
    this.#from = this.#ring.size
    this.lookFrom(Number.NEGATIVE_INFINITY)
  }
}
