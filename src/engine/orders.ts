/** What operators have paused. */

import type { Order } from './input.ts'
import type { Instant } from './time.ts'

export class Orders {
  /** End of the pause by name of a rule or unit; infinite where it has none. */
  readonly #paused = new Map<string, number>()

  apply({ kind, subject, until }: Order): void {
    if (kind === 'pause') this.#paused.set(subject, until ?? Number.POSITIVE_INFINITY)
    else this.#paused.delete(subject)
  }

  isPaused(subject: string, at: Instant): boolean {
    return at < (this.#paused.get(subject) ?? Number.NEGATIVE_INFINITY)
  }
}
