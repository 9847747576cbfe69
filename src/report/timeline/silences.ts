/** How long each key had been silent when an event of it came. Pure. */

import { keyId } from '../../engine/key.ts'
import { type Instant, span } from '../../engine/time.ts'

/** Keys that are remembered: a report need not know those of a flood. */
const keyLimit = 10_000

export class Silences {
  readonly #latest = new Map<string, Instant>()

  /** The silence before an event at `at`, in µs; 0 for the first one. */
  before(values: readonly string[], at: Instant): number {
    const id = keyId(values)
    const last = this.#latest.get(id) ?? at
    this.#latest.delete(id)
    this.#latest.set(id, at > last ? at : last)
    if (this.#latest.size > keyLimit) {
      for (const oldest of this.#latest.keys()) {
        this.#latest.delete(oldest)
        break
      }
    }
    return Math.max(0, span(last, at))
  }
}
