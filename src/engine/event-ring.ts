/** The latest events of one key, by time: a ring of numbers, because there may be a hundred thousand such keys. */

import { type Instant, instant } from './time.ts'

const cellsPerEvent = 2
const firstCapacity = 4

/**
 * Keeps the `limit` latest events in order of time; equal times in order of arrival. Adding costs the same however many
 * there are, unless the event is out of order. An event is its time and its number in the evidence log.
 */
export class EventRing {
  readonly #limit: number
  #cells: number[]
  #head = 0
  #size = 0

  constructor(limit: number) {
    this.#limit = limit
    this.#cells = emptyCells(Math.min(limit, firstCapacity) * cellsPerEvent)
  }

  get size(): number {
    return this.#size
  }

  /** Time of the `index`-th oldest event; the caller keeps to `0 <= index < size`. */
  timeAt(index: number): Instant {
    return instant(this.#cells[this.#cell(index)] ?? Number.NaN)
  }

  /** Evidence number of the `index`-th oldest event. */
  evidenceAt(index: number): number {
    return this.#cells[this.#cell(index) + 1] ?? Number.NaN
  }

  /** From the oldest on. */
  toArray(): (readonly [Instant, number])[] {
    return Array.from(
      { length: this.#size },
      (_, index) => [this.timeAt(index), this.evidenceAt(index)] as const,
    )
  }

  /** Adds an event at its place in time. When the ring is full the oldest event goes, which may be the new one. */
  add(at: Instant, evidence: number): void {
    if (this.#size === this.#limit) {
      if (at < this.timeAt(0)) return
      this.dropOldest()
    } else if (this.#size * cellsPerEvent === this.#cells.length) this.#grow()
    let index = this.#size++
    for (; index > 0 && this.timeAt(index - 1) > at; index--) {
      this.#set(index, this.timeAt(index - 1), this.evidenceAt(index - 1))
    }
    this.#set(index, at, evidence)
  }

  dropOldest(): void {
    this.#head = (this.#head + cellsPerEvent) % this.#cells.length
    this.#size--
  }

  clear(): void {
    this.#head = 0
    this.#size = 0
  }

  #cell(index: number): number {
    const cell = this.#head + index * cellsPerEvent
    return cell < this.#cells.length ? cell : cell - this.#cells.length
  }

  #set(index: number, at: Instant, evidence: number): void {
    const cell = this.#cell(index)
    this.#cells[cell] = at
    this.#cells[cell + 1] = evidence
  }

  #grow(): void {
    const events = Math.min(this.#limit, Math.ceil((this.#cells.length / cellsPerEvent) * 1.25))
    const cells = emptyCells(events * cellsPerEvent)
    const length = this.#cells.length
    for (let cell = 0; cell < length; cell++) cells[cell] = this.#cells[(this.#head + cell) % length] ?? 0
    this.#cells = cells
    this.#head = 0
  }
}

/** Not a typed array: a small one takes several times the memory of its numbers. */
const emptyCells = (length: number): number[] => new Array<number>(length).fill(Number.NaN)
