/** One number made of many that enter and leave: sum, average, extremes, percentiles. All exact. */

import type { AggregateFunction } from './conditions.ts'
import { DecimalSum } from './decimal-sum.ts'
import { SortedValues } from './sorted-values.ts'

export interface Summary {
  enter(value: number): void
  /** Takes out a value that has entered. */
  leave(value: number): void
  /** Positive when the result is above `limit`, negative when below, 0 when equal. `count` is at least 1. */
  compare(limit: number, count: number): number
  /** The result for `count` events, at least 1, whose values are in; rounded to a number. */
  result(count: number): number
}

/** The percentage of a percentile; undefined for the other functions. */
export const percentOf = (fn: AggregateFunction): number | undefined =>
  fn === 'p50' ? 50 : fn === 'p90' ? 90 : fn === 'p95' ? 95 : fn === 'p99' ? 99 : undefined

/** By nearest rank: the smallest value that at least `percent` of the `count` values do not exceed. From 1. */
export const rankOf = (percent: number, count: number): number =>
  Math.max(1, Math.ceil((count * percent) / 100))

export function createSummary(fn: AggregateFunction): Summary {
  switch (fn) {
    case 'sum':
      return new Total(() => 1)
    case 'avg':
      return new Total((count) => count)
    case 'min':
      return new Ranked(() => 1)
    case 'max':
      return new Ranked((size) => size)
    case 'p50':
      return percentile(50)
    case 'p90':
      return percentile(90)
    case 'p95':
      return percentile(95)
    case 'p99':
      return percentile(99)
  }
}

const percentile = (percent: number): Summary => new Ranked((size) => rankOf(percent, size))

/** What `merge` of a `SpanRing` does for the function: a bucket's value stands for its events. */
export const mergeFor = (fn: AggregateFunction): ((older: number, newer: number) => number) =>
  fn === 'min' ? Math.min : fn === 'max' ? Math.max : (older, newer) => older + newer

class Total implements Summary {
  readonly #sum = new DecimalSum()
  readonly #divisor: (count: number) => number

  constructor(divisor: (count: number) => number) {
    this.#divisor = divisor
  }

  enter(value: number): void {
    this.#sum.add(value)
  }

  leave(value: number): void {
    this.#sum.subtract(value)
  }

  compare(limit: number, count: number): number {
    return this.#sum.compare(limit, this.#divisor(count))
  }

  result(count: number): number {
    return this.#sum.value / this.#divisor(count)
  }
}

class Ranked implements Summary {
  readonly #values = new SortedValues()
  /** From 1, for the smallest. */
  readonly #rank: (size: number) => number

  constructor(rank: (size: number) => number) {
    this.#rank = rank
  }

  enter(value: number): void {
    this.#values.add(value)
  }

  leave(value: number): void {
    this.#values.remove(value)
  }

  compare(limit: number): number {
    return Math.sign(this.result() - limit)
  }

  result(): number {
    return this.#values.at(this.#rank(this.#values.size) - 1)
  }
}
