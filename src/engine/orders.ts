/** What operators have paused. */

import type { PauseState } from './engine-state.ts'
import type { Order } from './input.ts'
import { type Instant, instant } from './time.ts'

export class Orders {
  /** End of the pause by name of a rule or unit; infinite where it has none. */
  readonly #paused = new Map<string, number>()

  apply({ kind, subject, until }: Order): void {
    if (kind === 'pause') this.#paused.set(subject, until ?? Number.POSITIVE_INFINITY)
    else this.#paused.delete(subject)
  }

  save(): readonly PauseState[] {
    return [...this.#paused].map(([subject, until]) =>
      Number.isFinite(until) ? { subject, until: instant(until) } : { subject },
    )
  }

  restore(pauses: readonly PauseState[]): void {
    for (const { subject, until } of pauses) this.#paused.set(subject, until ?? Number.POSITIVE_INFINITY)
  }

  isPaused(subject: string, at: Instant): boolean {
    return at < (this.#paused.get(subject) ?? Number.NEGATIVE_INFINITY)
  }
}
