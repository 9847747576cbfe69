/** The window of a threshold: were there `count` events within `within`? Exact, with at most `count` events kept. */

import { EventRing } from './event-ring.ts'
import type { Threshold } from './rule.ts'
import { type Duration, type Instant, span } from './time.ts'

export class ThresholdWindow {
  readonly #count: number
  readonly #within: Duration
  readonly events: EventRing

  constructor({ count, within }: Threshold) {
    this.#count = count
    this.#within = within
    this.events = new EventRing(count)
  }

  /** Whether the condition is true, seen from `at` or from the latest event, whichever is later. */
  isTrue(at: Instant): boolean {
    const { size } = this.events
    if (size < this.#count) return false
    const end = Math.max(at, this.events.timeAt(size - 1)) as Instant
    return span(this.events.timeAt(0), end) <= this.#within
  }

  add(at: Instant, evidence: number): void {
    this.events.add(at, evidence)
  }

  clear(): void {
    this.events.clear()
  }
}
