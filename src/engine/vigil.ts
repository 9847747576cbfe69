/** Waiting for what does not come: conditions that become true by silence, rules that match nothing any more. */

import type { Deadlines } from './deadlines.ts'
import type { Decider, Due } from './decider.ts'
import type { Output } from './decision.ts'
import { keyId } from './key.ts'
import type { KeyState, RuleState } from './rule-state.ts'
import { after, type Duration, type Instant, instant, seconds } from './time.ts'
import type { Timeline } from './timeline.ts'
import { spanOf } from './windows/condition-span.ts'

/** How soon a condition that waits for silence is looked at again while something holds it back. */
const retryAfter = seconds(1)

export class Vigil {
  readonly #decider: Decider
  readonly #timeline: Timeline
  readonly #deadlines: Deadlines<Due>
  readonly #ageOf: (at: Instant) => number | undefined

  /** `ageOf` tells how old what happened at a realtime is, where that is known. */
  constructor(
    parts: { decider: Decider; timeline: Timeline; deadlines: Deadlines<Due> },
    ageOf: (at: Instant) => number | undefined,
  ) {
    this.#decider = parts.decider
    this.#timeline = parts.timeline
    this.#deadlines = parts.deadlines
    this.#ageOf = ageOf
  }

  /** Looks at the key's window when it may have waited long enough, and not before `notBefore`. */
  await(state: RuleState, key: KeyState, notBefore = instant(0)): void {
    const { deadline } = key.window
    if (key.awaited !== undefined || deadline === undefined) return
    this.awaitUntil(state, key, instant(Math.max(after(deadline, state.rule.lateness), notBefore)))
  }

  awaitUntil(state: RuleState, key: KeyState, at: Instant): void {
    key.awaited = at
    this.#deadlines.add(at, `key ${state.rule.name} ${keyId(key.values)}`, (output) => {
      key.awaited = undefined
      this.#onSilence(state, key, output, at)
    })
  }

  /** A window that waits for silence may have waited long enough at `now`: not later, events may still wait their turn. */
  #onSilence(state: RuleState, key: KeyState, output: Output[], now: Instant): void {
    if (key.gone) return
    state.startAgain(key)
    const { deadline } = key.window
    if (deadline === undefined) return
    if (after(deadline, state.rule.lateness) > now) {
      this.await(state, key)
      return
    }
    const cooldown = state.cooldownOf(key, deadline)
    const isHeldBack = (cooldown !== undefined && cooldown.began < deadline) || state.isInGrace(key, deadline)
    if (!isHeldBack && key.unclear === undefined) {
      // What was held back is judged by the time of this look: a pause ends, and so does having given up.
      const at = key.heldFor === undefined ? deadline : instant(now - state.rule.lateness)
      const read = key.heldFor === 'stale' ? deadline : at
      this.#decider.onTrigger({ state, key, at, age: this.#ageOf(this.#timeline.wall(read)) }, output)
    }
    this.await(
      state,
      key,
      after(now, longer(retryAfter, isHeldBack ? retryAfter : spanOf(state.rule.condition))),
    )
  }

  /** Waits for an event of the rule; says so, once, when none came for too long. */
  listen(state: RuleState, from: Instant, every: Duration): void {
    state.listening = from
    this.#deadlines.add(after(from, every), `listen ${state.rule.name}`, (output) => {
      const last = state.latest
      const next = last === undefined || last < from ? from : last
      if (next > from) {
        this.listen(state, next, every)
        return
      }
      if (!state.deaf)
        output.push({
          kind: 'deaf',
          rule: state.rule.name,
          at: this.#timeline.wall(after(from, every)),
          ...(last === undefined ? {} : { last: this.#timeline.wall(last) }),
        })
      state.deaf = true
      this.listen(state, after(from, every), every)
    })
  }
}

const longer = (a: Duration, b: Duration): Duration => (a > b ? a : b)
