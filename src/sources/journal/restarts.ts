/** Decides how soon a reader that ended is started again, and how often that is told. Pure. */

const firstDelayMs = 100
const longestDelayMs = 10_000
/** A reader that lived so long was healthy: what came before is forgotten. */
const healthyMs = 10_000

export interface Restart {
  readonly delayMs: number
  /** So many ends in a row, this one included. */
  readonly inRow: number
  /** The first, second, fourth, eighth … in a row is told. */
  readonly isTold: boolean
}

export class Restarts {
  #inRow = 0

  /** A reader ended after it lived for so long. */
  after(livedMs: number): Restart {
    if (livedMs >= healthyMs) this.#inRow = 0
    this.#inRow += 1
    return {
      delayMs: Math.min(longestDelayMs, firstDelayMs * 2 ** (this.#inRow - 1)),
      inRow: this.#inRow,
      isTold: Number.isInteger(Math.log2(this.#inRow)),
    }
  }
}
