/** The events before each decision, one by one: what is merged elsewhere is looked at most closely there. Pure. */

import { type Line, lineOf, type Sample } from './buckets.ts'

/** An event as it came. */
export interface Shot extends Line {
  readonly fill: number | undefined
}

/** Events up to a decision, in the order in which they came. */
export type CloseUp = readonly Shot[]

/** Events that are kept of a decision. */
const shotLimit = 60

export class CloseUps {
  readonly #limit: number
  readonly #kept: CloseUp[] = []
  /** The latest events; none once no more decisions are kept. */
  #recent: Sample[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  get all(): readonly CloseUp[] {
    return this.#kept
  }

  add(sample: Sample): void {
    if (this.#kept.length >= this.#limit) return
    this.#recent.push(sample)
    if (this.#recent.length >= 2 * shotLimit) this.#recent = this.#recent.slice(-shotLimit)
  }

  /** A decision was made on the latest events. */
  keep(): void {
    const shots = this.#recent.slice(-shotLimit).map(({ at, text, fill }) => ({ ...lineOf(at, text), fill }))
    this.#recent = []
    if (this.#kept.length < this.#limit && shots.length > 0) this.#kept.push(shots)
  }
}
