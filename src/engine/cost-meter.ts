/** What each rule costs: its time by a stopwatch that is passed in. It decides nothing. */

/** Time in µs from any origin; never goes back. */
export type Stopwatch = () => number

export interface Measuring {
  readonly stopwatch: Stopwatch
  /** Every so many events are timed, and stand for those between them. */
  readonly every: number
}

/** What a rule has taken. */
export interface Cost {
  /** In µs; an estimate unless every event is timed. */
  spent: number
}

/** Times the rules as they take an event one after the other. */
export class CostMeter {
  readonly #stopwatch: Stopwatch
  readonly #every: number
  #untimed = 0
  #isTiming = false
  #last = 0

  constructor({ stopwatch, every }: Measuring) {
    this.#stopwatch = stopwatch
    this.#every = every
  }

  /** An event begins. */
  begin(): void {
    this.#untimed++
    this.#isTiming = this.#untimed === this.#every
    if (!this.#isTiming) return
    this.#untimed = 0
    this.#last = this.#stopwatch()
  }

  /** The time since the last call was taken by the rule of `cost`. */
  lap(cost: Cost): void {
    if (!this.#isTiming) return
    const now = this.#stopwatch()
    cost.spent += (now - this.#last) * this.#every
    this.#last = now
  }
}
