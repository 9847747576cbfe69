/** What the engine knows of the units that rules act upon, shared by all rules that name the same one. */

import type { UnitObservation } from './input.ts'
import type { Rule } from './rule.ts'
import { newSubject, type Subject } from './subject.ts'
import { type Instant, microseconds } from './time.ts'

/** How much later than its end an action of ours may seem to have happened: clocks are read in milliseconds. */
const tolerance = microseconds(100_000)

export class Units {
  readonly #observed = new Map<string, UnitObservation>()
  /** A simulated action must not suppress a real one, so either mode has its own subjects. */
  readonly #subjects = { enforce: new Map<string, Subject>(), simulate: new Map<string, Subject>() }

  subject(unit: string, mode: Rule['mode']): Subject {
    const subjects = this.#subjects[mode]
    const known = subjects.get(unit)
    if (known !== undefined) return known
    const subject = newSubject(unit, mode)
    subjects.set(unit, subject)
    return subject
  }

  get observed(): readonly UnitObservation[] {
    return [...this.#observed.values()]
  }

  restore(observed: readonly UnitObservation[]): void {
    for (const observation of observed) this.#observed.set(observation.unit, observation)
  }

  /** Of both modes. */
  subjects(): readonly Subject[] {
    return [...this.#subjects.enforce.values(), ...this.#subjects.simulate.values()]
  }

  isStopped(unit: string): boolean {
    return this.#observed.get(unit)?.stopped === true
  }

  /** False only for a unit that was seen not to run. */
  mayRun(unit: string): boolean {
    return this.#observed.get(unit)?.running !== false
  }

  /** Whether somebody else disturbed the unit since it was observed before. */
  observe(observation: UnitObservation, disturbed: Instant | undefined): boolean {
    const { unit } = observation
    this.#observed.set(unit, observation)
    if (disturbed === undefined || isOurs(this.subject(unit, 'enforce'), disturbed)) return false
    let isNew = false
    for (const mode of ['enforce', 'simulate'] as const) {
      const subject = this.subject(unit, mode)
      if (disturbed <= (subject.disturbed ?? 0)) continue
      subject.disturbed = disturbed
      subject.epoch++
      isNew = true
    }
    return isNew
  }

  /** An operator resumes the unit: what was done to it before counts no longer. */
  resume(unit: string): void {
    for (const mode of ['enforce', 'simulate'] as const) {
      const subject = this.#subjects[mode].get(unit)
      if (subject === undefined) continue
      subject.givenUp = undefined
      subject.actions.length = 0
      subject.epoch++
    }
  }
}

/** Whether a stop or start at `at` is the work of our own latest action. */
function isOurs({ cooldown }: Subject, at: Instant): boolean {
  if (cooldown === undefined || cooldown.decision.kind !== 'act' || at < cooldown.began) return false
  return cooldown.acting || at <= (cooldown.actedUntil ?? 0) + tolerance
}
