/** Does a number made of a field's values in the span, such as their average or 95th percentile, pass a limit? */

import type { Instant } from '../time.ts'
import type { Aggregate } from './conditions.ts'
import { fieldValue, numberFrom } from './field-value.ts'
import { latestFrom, membersOf, savedLatest, sealOf } from './saved.ts'
import { SketchSpan } from './sketch-span.ts'
import { percentOf } from './summary.ts'
import { ValueSpan, type Values } from './value-span.ts'
import type { Sample, Saved, Seen, Showing, Window } from './window.ts'

/**
 * The span before a time holds the events from `within` earlier on, both ends included. Exact, in decimal arithmetic, up to
 * `limit` values in the span; past that as `SpanRing` says, and percentiles as `SketchSpan` does until the span is empty.
 * Never true without a value.
 */
export class AggregateWindow implements Window {
  readonly #condition: Aggregate
  readonly #limit: number
  #exact: ValueSpan
  /** In place of `#exact` when there are too many values. */
  #sketch: SketchSpan | undefined
  #latest = Number.NEGATIVE_INFINITY
  /** Events since the last `clear` whose field was absent or no decimal number; not saved. */
  unusable = 0

  constructor(condition: Aggregate, limit = 10_000) {
    this.#condition = condition
    this.#limit = limit
    this.#exact = this.#newSpan()
  }

  add(sample: Sample): void {
    const { at, evidence } = sample
    const { field, within } = this.#condition
    const value = numberFrom(fieldValue(sample, field))
    this.#latest = Math.max(this.#latest, at)
    this.#values.forgetBefore(this.#latest - within)
    if (value === undefined) this.unusable++
    else if (at >= this.#latest - within) {
      this.#makeRoom()
      this.#values.add(at, evidence, value)
    }
  }

  isTrue(at: Instant): boolean {
    this.#lookFrom(at)
    const { count } = this.#values
    if (count < Math.max(1, this.#condition.min)) return false
    return 'above' in this.#condition
      ? this.#values.compare(this.#condition.above) > 0
      : this.#values.compare(this.#condition.below) < 0
  }

  show(): Showing {
    this.#lookFrom(this.#latest)
    const { count, first, last } = this.#values
    if (first === undefined || last === undefined) return { count }
    return { count, value: this.#values.result, first, last }
  }

  latest(limit: number): readonly Seen[] {
    this.#lookFrom(this.#latest)
    return this.#sketch === undefined ? this.#exact.latest(limit) : []
  }

  clear(): void {
    this.#exact = this.#newSpan()
    this.#sketch = undefined
    this.#latest = Number.NEGATIVE_INFINITY
    this.unusable = 0
  }

  save(): Saved {
    return {
      seal: sealOf(this.#condition),
      latest: savedLatest(this.#latest),
      sketched: this.#sketch !== undefined,
      values: this.#values.save(),
    }
  }

  restore(saved: unknown): boolean {
    const members = membersOf(saved, this.#condition)
    const latest = latestFrom(members?.get('latest'))
    const sketched = members?.get('sketched')
    const values = members?.get('values')
    const sketch = sketched === true ? this.#newSketch()?.restored(values) : undefined
    const exact = sketched === false ? this.#newSpan().restored(values) : undefined
    const restored = sketch ?? exact
    if (latest === undefined || restored === undefined) return false
    if ((restored.last?.at ?? latest) > latest) return false
    this.#exact = exact ?? this.#newSpan()
    this.#sketch = sketch
    this.#latest = latest
    this.unusable = 0
    return true
  }

  get #values(): Values {
    return this.#sketch ?? this.#exact
  }

  #lookFrom(at: number): void {
    this.#values.lookFrom(Math.max(at, this.#latest) - this.#condition.within)
  }

  #newSpan(): ValueSpan {
    return new ValueSpan(this.#condition.fn, this.#limit)
  }

  #newSketch(): SketchSpan | undefined {
    const percent = percentOf(this.#condition.fn)
    return percent === undefined ? undefined : new SketchSpan(percent, this.#condition.within)
  }

  #makeRoom(): void {
    if (this.#sketch !== undefined) {
      if (this.#sketch.count === 0) this.#sketch = undefined
      return
    }
    if (!this.#exact.isFull) return
    const sketch = this.#newSketch()
    if (sketch === undefined) return
    for (const [{ at, evidence }, value] of this.#exact) sketch.add(at, evidence, value)
    this.#sketch = sketch
    this.#exact = this.#newSpan()
  }
}
