/** The events of a span, by time, with a value each; bounded: past its limit the far ones are merged into buckets. */

import { type Instant, instant } from '../time.ts'
import { countFrom, numbersFrom, seenFrom } from './saved.ts'
import type { Seen } from './window.ts'

/** A row's time, evidence number, count of events up to and including its own since the beginning, and value. */
const columns = 4
const totalColumn = 2
const valueColumn = 3
const firstCapacity = 4
/** A bucket's events are at most this share of those that are newer: they are all there when it comes to leave the span. */
const bucketShare = 1 / 200

/**
 * Rows in order of time; equal times in order of arrival. A row is one event, or a bucket of neighbours with the time of
 * the last of them, made by `merge` of their values. So what is counted from a time on is exact up to `limit` rows; past
 * that an event may be counted too long, but too many are never more than 1/200 of those counted (while they are fewer
 * than 10⁹, with the default limit).
 */
export class SpanRing {
  readonly limit: number
  readonly #merge: (older: number, newer: number) => number
  #cells = new Float64Array(firstCapacity * columns)
  #head = 0
  #size = 0
  /** Count of all events before the oldest row's. */
  #dropped = 0

  /** A `limit` below 4 leaves nothing to merge. */
  constructor(limit: number, merge: (older: number, newer: number) => number) {
    this.limit = limit
    this.#merge = merge
  }

  get size(): number {
    return this.#size
  }

  timeAt(row: number): Instant {
    return instant(this.#get(row, 0))
  }

  seenAt(row: number): Seen {
    return { at: this.timeAt(row), evidence: this.#get(row, 1) }
  }

  /** The latest `limit` of the rows from `row` on, oldest first. */
  latestFrom(row: number, limit: number): readonly Seen[] {
    const from = Math.max(row, this.#size - limit)
    return Array.from({ length: Math.max(0, this.#size - from) }, (_, index) => this.seenAt(from + index))
  }

  valueAt(row: number): number {
    return this.#get(row, valueColumn)
  }

  /** Events in the rows from `row` on. */
  countFrom(row: number): number {
    return row >= this.#size ? 0 : this.#totalBefore(this.#size) - this.#totalBefore(row)
  }

  /** The first row that is not before `time`; `size` where there is none. */
  rowFrom(time: number): number {
    let low = 0
    let high = this.#size
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#get(middle, 0) < time) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Puts the event at its place in time and returns its row. When `size` has reached `limit`, `compact` it first. */
  add(at: Instant, evidence: number, value: number, count = 1): number {
    if (this.#size * columns === this.#cells.length) this.#resize(this.#size * 2)
    let row = this.#size++
    for (; row > 0 && this.#get(row - 1, 0) > at; row--) {
      this.#copy(row - 1, row)
      this.#cells[this.#cell(row) + totalColumn] = this.#totalBefore(row) + count
    }
    const cell = this.#cell(row)
    this.#cells[cell] = at
    this.#cells[cell + 1] = evidence
    this.#cells[cell + totalColumn] = this.#totalBefore(row) + count
    this.#cells[cell + valueColumn] = value
    return row
  }

  /** Forgets the `count` oldest rows. */
  dropOldest(count: number): void {
    this.#dropped = this.#totalBefore(count)
    this.#head = (this.#head + count * columns) % this.#cells.length
    this.#size -= count
    if (this.#size === 0) this.clear()
  }

  clear(): void {
    if (this.#cells.length > firstCapacity * columns) this.#cells = new Float64Array(firstCapacity * columns)
    this.#head = 0
    this.#size = 0
    this.#dropped = 0
  }

  /** Merges rows, the older the more of them, until a quarter of the rows is free. */
  compact(): void {
    for (let share = bucketShare; this.#size > this.limit * 0.75; share *= 2) this.#mergeNeighbours(share)
  }

  /** Rows as time, evidence number, count and value. */
  save(): number[] {
    const numbers: number[] = []
    for (let row = 0; row < this.#size; row++) {
      const count = this.#totalBefore(row + 1) - this.#totalBefore(row)
      numbers.push(this.#get(row, 0), this.#get(row, 1), count, this.#get(row, valueColumn))
    }
    return numbers
  }

  /** A ring as this one with what `save` returned; undefined where that was something else. */
  restored(saved: unknown): SpanRing | undefined {
    const ring = new SpanRing(this.limit, this.#merge)
    const rows = numbersFrom(saved, columns, this.limit)
    if (rows === undefined) return undefined
    let newest = Number.NEGATIVE_INFINITY
    for (const [time, number, events, value = 0] of rows) {
      const seen = seenFrom(time, number)
      const count = countFrom(events, 1)
      if (seen === undefined || count === undefined || seen.at < newest) return undefined
      newest = seen.at
      ring.add(seen.at, seen.evidence, value, count)
    }
    return Number.isSafeInteger(ring.countFrom(0)) ? ring : undefined
  }

  #mergeNeighbours(share: number): void {
    const all = this.#totalBefore(this.#size)
    let kept = this.#size - 1
    for (let row = kept - 1; row >= 0; row--) {
      const total = this.#totalBefore(kept + 1)
      if (total - this.#totalBefore(row) <= share * (all - total)) {
        this.#cells[this.#cell(kept) + valueColumn] = this.#merge(this.valueAt(row), this.valueAt(kept))
      } else this.#copy(row, --kept)
    }
    this.#head = this.#cell(kept)
    this.#size -= kept
  }

  #totalBefore(row: number): number {
    return row === 0 ? this.#dropped : this.#get(row - 1, totalColumn)
  }

  #cell(row: number): number {
    const cell = this.#head + row * columns
    return cell < this.#cells.length ? cell : cell - this.#cells.length
  }

  #get(row: number, column: number): number {
    return this.#cells[this.#cell(row) + column] ?? Number.NaN
  }

  #copy(from: number, to: number): void {
    const start = this.#cell(from)
    this.#cells.copyWithin(this.#cell(to), start, start + columns)
  }

  #resize(rows: number): void {
    const cells = new Float64Array(Math.min(rows, Math.max(this.limit, firstCapacity)) * columns)
    cells.set(this.#cells.subarray(this.#head))
    cells.set(this.#cells.subarray(0, this.#head), this.#cells.length - this.#head)
    this.#cells = cells
    this.#head = 0
  }
}
