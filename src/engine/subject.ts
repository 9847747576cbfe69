/** What rules act upon, and what is known of it: a unit, shared by all rules that name it, or the key of a rule that names none. */

import type { Decision } from './decision.ts'
import type { SubjectState } from './engine-state.ts'
import type { Backoff, Budget, Rule } from './rule.ts'
import { type Duration, type Instant, instant, microseconds, span } from './time.ts'

/** Times of actions that are remembered: more than any budget or backoff counts. */
const actionLimit = 1_000

/** One action's cooldown, shared by all that it concerns. It ends when `until` has passed and the actions have ended. */
export interface Cooldown {
  readonly decision: Decision
  /** Engine time of the trigger. */
  readonly began: Instant
  until: Instant
  /** The outcome of the actions is not known yet. */
  acting: boolean
  /** When the actions had ended; absent while they have not. */
  actedUntil?: Instant
  /** Matching events that came during it. */
  ignored: number
}

/** The watchdog has given up: nothing is done until an operator resumes it or it may try once more. */
export interface GivenUp {
  since: Instant
  readonly halfOpen?: Duration
  /** It tried once more by itself, and nothing was held back since. */
  helped: boolean
}

export interface Subject {
  /** The unit's name; empty for a key. */
  readonly unit: string
  readonly mode: Rule['mode']
  /** The latest one, over or not: an event that comes late is judged by its own time. */
  cooldown: Cooldown | undefined
  /** When somebody else stopped, started or reloaded it. */
  disturbed: Instant | undefined
  /** Raised by everything after which windows start again from nothing. */
  epoch: number
  /** Engine times of the latest actions, oldest first. */
  readonly actions: Instant[]
  givenUp: GivenUp | undefined
}

export const newSubject = (unit: string, mode: Rule['mode']): Subject => ({
  unit,
  mode,
  cooldown: undefined,
  disturbed: undefined,
  epoch: 0,
  actions: [],
  givenUp: undefined,
})

/** `indexOf` numbers the cooldowns. */
export function saveSubject(subject: Subject, indexOf: (cooldown: Cooldown) => number): SubjectState {
  const { unit, mode, epoch, cooldown, disturbed, givenUp } = subject
  return {
    unit,
    mode,
    epoch,
    actions: [...subject.actions],
    ...(cooldown === undefined ? {} : { cooldown: indexOf(cooldown) }),
    ...(disturbed === undefined ? {} : { disturbed }),
    ...(givenUp === undefined ? {} : { givenUp: { ...givenUp } }),
  }
}

export function restoreSubject(subject: Subject, state: SubjectState, cooldowns: readonly Cooldown[]): void {
  subject.epoch = state.epoch
  subject.actions.push(...state.actions)
  subject.cooldown = state.cooldown === undefined ? undefined : cooldowns[state.cooldown]
  subject.disturbed = state.disturbed
  subject.givenUp = state.givenUp === undefined ? undefined : { ...state.givenUp }
}

/** Whether an event of time `at` falls into the cooldown, or before the action that began it. */
export const cools = (cooldown: Cooldown, at: Instant): boolean => cooldown.acting || at < cooldown.until

/** Whether it falls into the grace after somebody else's restart, or before that. */
export const inGrace = ({ disturbed }: Subject, grace: Duration, at: Instant): boolean =>
  disturbed !== undefined && at < disturbed + grace

/** Whether an action at `at` would be one too many. */
export function exceeds({ actions }: Subject, { actions: allowed, per }: Budget, at: Instant): boolean {
  return actions.filter((time) => span(time, at) <= per).length >= allowed
}

/** Whether the subject is given up at `at`; one that may try once more by then is not. */
export const isGivenUp = ({ givenUp }: Subject, at: Instant): boolean =>
  givenUp !== undefined && (givenUp.halfOpen === undefined || span(givenUp.since, at) < givenUp.halfOpen)

export function recordAction(subject: Subject, at: Instant): void {
  subject.epoch++
  subject.actions.push(at)
  if (subject.actions.length > actionLimit) subject.actions.shift()
  // The one try that was allowed: if it does not help, the next trigger finds the subject given up again.
  const { givenUp } = subject
  if (givenUp === undefined) return
  if (givenUp.helped) subject.givenUp = undefined
  else {
    givenUp.since = at
    givenUp.helped = true
  }
}

/** The cooldown of an action at `at`, with the backoff for the actions before it. */
export function cooldownOf(subject: Subject, { cooldown, backoff }: Rule, at: Instant): Duration {
  return backoff === undefined ? cooldown : longer(cooldown, backoff, streak(subject, backoff, at))
}

/** Actions before `at` without a healthy time between them. */
function streak({ actions }: Subject, { healthy }: Backoff, at: Instant): number {
  let count = 0
  let later = at
  for (let index = actions.length - 1; index >= 0; index--) {
    const time = actions[index] ?? instant(0)
    if (span(time, later) >= healthy) break
    later = time
    count++
  }
  return count
}

function longer(cooldown: Duration, { factor, max }: Backoff, times: number): Duration {
  return microseconds(Math.max(cooldown, Math.min(max, Math.round(cooldown * factor ** times))))
}
