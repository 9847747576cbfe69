/** Did the steps come in their order, the first and the last `within` of each other? Exact, with one start kept for each step. */

import { type Instant, instant } from '../time.ts'
import { type Chain, chainFrom, type Steps, savedChain } from './chain.ts'
import type { Sequence } from './conditions.ts'
import { eventsFrom, latestFrom, membersOf, savedLatest, sealOf } from './saved.ts'
import type { Sample, Saved, Seen, Showing, Window } from './window.ts'

/**
 * An event takes part in a chain once; events of one time follow each other as they arrive. An `unless` event breaks every
 * chain that has begun, even if it is its last step, and may begin one itself. True from the event that completes a chain
 * until `within` after that chain's start has passed: as long as a complete chain lies within the span before that time.
 *
 * Events must be added in order of time; a late one is taken to be of the latest event's time.
 */
export class SequenceWindow implements Window {
  readonly #condition: Sequence
  readonly #steps: Steps
  /** For each step but the last, the latest start of a chain that has reached it: no other can still become better. */
  #starts: Seen[] = []
  /** The complete chain that began last. */
  #complete: Chain | undefined
  #latest = Number.NEGATIVE_INFINITY

  constructor(condition: Sequence, steps: Steps) {
    this.#condition = condition
    this.#steps = steps
  }

  add({ at, evidence, event }: Sample): void {
    const { matchers, unless } = this.#steps
    this.#latest = Math.max(this.#latest, at)
    const seen = { at: instant(this.#latest), evidence }
    if (unless?.(event) !== undefined) this.#starts = []
    // From the last step to the first, so that the event takes no chain two steps on.
    for (let step = matchers.length - 1; step >= 0; step--) {
      const first = step === 0 ? seen : this.#starts[step - 1]
      if (first === undefined || matchers[step]?.(event) === undefined) continue
      if (step < matchers.length - 1) this.#starts[step] = first
      else if (seen.at - first.at <= this.#condition.within) this.#completeChain(first, seen)
    }
  }

  isTrue(at: Instant): boolean {
    if (this.#complete === undefined) return false
    return Math.max(at, this.#latest) - this.#complete.first.at <= this.#condition.within
  }

  show(): Showing {
    return this.#complete === undefined
      ? { count: 0 }
      : { count: this.#steps.matchers.length, ...this.#complete }
  }

  clear(): void {
    this.#starts = []
    this.#complete = undefined
    this.#latest = Number.NEGATIVE_INFINITY
  }

  save(): Saved {
    // Earliest first: a chain that has taken more steps began no later.
    const starts = this.#starts.toReversed().flatMap(({ at, evidence }) => [at, evidence])
    return {
      seal: sealOf(this.#condition),
      latest: savedLatest(this.#latest),
      starts,
      complete: savedChain(this.#complete),
    }
  }

  restore(saved: unknown): boolean {
    const members = membersOf(saved, this.#condition)
    const starts = eventsFrom(members?.get('starts'), this.#steps.matchers.length - 1)
    const latest = latestFrom(members?.get('latest'))
    if (starts === undefined || latest === undefined || (starts.at(-1)?.at ?? latest) > latest) return false
    const complete = chainFrom(members?.get('complete'))
    if (complete === undefined || (complete !== null && complete.last.at > latest)) return false
    this.#starts = starts.toReversed()
    this.#complete = complete ?? undefined
    this.#latest = latest
    return true
  }

  /** The event that first completed a chain stays its last one. */
  #completeChain(first: Seen, last: Seen): void {
    const known = this.#complete?.first
    if (known?.at !== first.at || known.evidence !== first.evidence) this.#complete = { first, last }
  }
}
