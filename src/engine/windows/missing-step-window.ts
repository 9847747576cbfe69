/** Did the steps but the last come, and the last one not within `within` of the first? Exact for chains that overlap. */

import { EventRing } from '../event-ring.ts'
import { after, type Instant, instant } from '../time.ts'
import { type Chain, chainFrom, type Steps, savedChain } from './chain.ts'
import type { Sequence } from './conditions.ts'
import { countFrom, eventsFrom, latestFrom, listFrom, membersOf, savedLatest, sealOf } from './saved.ts'
import type { Sample, Saved, Showing, Window } from './window.ts'

/**
 * Every first step begins a chain, which takes each next step as soon as it comes. When the last step is all that it lacks,
 * it waits until `within` after its start. The last step, at that deadline or before, satisfies all chains that wait. True
 * from the deadline of a chain that waits in vain until the last step comes after all, an `unless` event excuses it, or
 * the window is cleared. An `unless` event breaks every chain and may begin one itself.
 *
 * Events must be added in order of time; a late one is taken to be of the latest event's time. A chain that begins while
 * `startLimit` others that could still be completed lack a middle step is not followed, so that its own failure may be missed.
 */
export class MissingStepWindow implements Window {
  readonly #condition: Sequence
  readonly #steps: Steps
  readonly #startLimit: number
  /** Starts of chains that lack a middle step. The earlier a chain began, the more steps it has: each level is a prefix. */
  #starts: EventRing
  /** How many of the oldest starts have reached step i + 2. */
  #reached: number[] = []
  /** Of the chains that lack only the last step, the one that began first: they are all satisfied together. */
  #waiting: Chain | undefined
  #latest = Number.NEGATIVE_INFINITY

  constructor(condition: Sequence, steps: Steps, startLimit = 10_000) {
    this.#condition = condition
    this.#steps = steps
    this.#startLimit = startLimit
    this.#starts = new EventRing(startLimit)
  }

  get deadline(): Instant | undefined {
    return this.#waiting === undefined ? undefined : after(this.#waiting.first.at, this.#condition.within)
  }

  add({ at, evidence, event }: Sample): void {
    const { matchers, unless } = this.#steps
    this.#latest = Math.max(this.#latest, at)
    const seen = { at: instant(this.#latest), evidence }
    if (unless?.(event) !== undefined) this.#break()
    this.#forgetExpired(seen.at)
    // From the last step to the first, so that the event takes no chain two steps on.
    for (let step = matchers.length - 1; step >= 0; step--) {
      if (matchers[step]?.(event) === undefined) continue
      if (step === matchers.length - 1) this.#waiting = undefined
      else if (step === matchers.length - 2) this.#wait(seen, step)
      else if (step > 0) this.#reached[step - 1] = this.#atStep(step - 1)
      else if (this.#starts.size < this.#startLimit) this.#starts.add(seen.at, evidence)
    }
  }

  isTrue(at: Instant): boolean {
    const { deadline } = this
    return deadline !== undefined && Math.max(at, this.#latest) >= deadline
  }

  show(): Showing {
    return this.#waiting === undefined
      ? { count: 0 }
      : { count: this.#steps.matchers.length - 1, ...this.#waiting }
  }

  clear(): void {
    this.#break()
    this.#latest = Number.NEGATIVE_INFINITY
  }

  save(): Saved {
    const starts: number[] = []
    for (let index = 0; index < this.#starts.size; index++) {
      starts.push(this.#starts.timeAt(index), this.#starts.evidenceAt(index))
    }
    return {
      seal: sealOf(this.#condition),
      latest: savedLatest(this.#latest),
      starts,
      reached: Array.from(this.#reached, (count = 0) => count),
      waiting: savedChain(this.#waiting),
    }
  }

  restore(saved: unknown): boolean {
    const members = membersOf(saved, this.#condition)
    const latest = latestFrom(members?.get('latest'))
    const starts = eventsFrom(members?.get('starts'), this.#startLimit)
    const counts = listFrom(members?.get('reached'))
    const waiting = chainFrom(members?.get('waiting'))
    if (latest === undefined || starts === undefined || counts === undefined || waiting === undefined)
      return false
    const middle = this.#steps.matchers.length - 3
    if (counts.length > Math.max(0, middle) || (middle < 0 && starts.length > 0)) return false
    const reached: number[] = []
    for (const item of counts) {
      const count = countFrom(item)
      if (count === undefined || count > (reached.at(-1) ?? starts.length)) return false
      reached.push(count)
    }
    const newest = starts.at(-1)?.at ?? Number.NEGATIVE_INFINITY
    if (newest > latest || (waiting !== null && waiting.last.at > latest)) return false
    this.#starts = new EventRing(this.#startLimit)
    for (const { at, evidence } of starts) this.#starts.add(at, evidence)
    this.#reached = reached
    this.#waiting = waiting ?? undefined
    this.#latest = latest
    return true
  }

  /** How many of the oldest starts have reached the step of that index. */
  #atStep(step: number): number {
    return step === 0 ? this.#starts.size : (this.#reached[step - 1] ?? 0)
  }

  /** All chains that the event brings to the last step but one, which is `step`, wait now. */
  #wait(seen: Chain['last'], step: number): void {
    if (step === 0) {
      this.#waiting ??= { first: seen, last: seen }
      return
    }
    const count = this.#atStep(step - 1)
    if (count === 0) return
    const first = { at: this.#starts.timeAt(0), evidence: this.#starts.evidenceAt(0) }
    this.#waiting ??= { first, last: seen }
    this.#dropOldest(count)
  }

  #forgetExpired(now: Instant): void {
    let expired = 0
    while (expired < this.#starts.size && now - this.#starts.timeAt(expired) > this.#condition.within)
      expired++
    this.#dropOldest(expired)
  }

  #dropOldest(count: number): void {
    if (count === 0) return
    for (let dropped = 0; dropped < count; dropped++) this.#starts.dropOldest()
    this.#reached = this.#reached.map((reached) => Math.max(0, reached - count))
  }

  #break(): void {
    this.#starts.clear()
    this.#reached = []
    this.#waiting = undefined
  }
}
