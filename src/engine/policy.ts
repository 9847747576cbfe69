/** The policy: what becomes of a trigger. */

import type { HoldReason, PolicyState } from './decision.ts'
import type { Orders } from './orders.ts'
import type { Action } from './rule.ts'
import type { KeyState, RuleState } from './rule-state.ts'
import { cooldownOf, cools, exceeds, isGivenUp } from './subject.ts'
import { type Duration, type Instant, microseconds, span } from './time.ts'
import type { Units } from './units.ts'

/** A trigger as the policy sees it; times are engine time. */
export interface Case {
  readonly state: RuleState
  readonly key: KeyState
  readonly at: Instant
  /** How old the last event was when it was read, in µs; absent in a replay. */
  readonly age: number | undefined
  /** The operator who wants it; absent where the condition came true. */
  readonly by?: string
}

/** Why nothing may be done; the first reason counts. */
export function reasonToHold(
  { state, key, at, age }: Case,
  units: Units,
  orders: Orders,
): HoldReason | undefined {
  const { rule } = state
  if (!key.allowed) return 'not-allowed'
  if (age !== undefined && age > rule.maxAge) return 'stale'
  if (orders.isPaused(rule.name, at) || key.targets.some((unit) => orders.isPaused(unit, at))) return 'paused'
  if (key.actions.some((action) => needsRunningUnit(action) && units.isStopped(action.unit))) return 'stopped'
  if (key.respected.some(({ cooldown }) => cooldown !== undefined && cools(cooldown, at))) return 'cooldown'
  if (isBudgetSpent(state, key, at)) return 'budget'
  return rule.mode === 'simulate' ? 'dry-run' : undefined
}

/** The state of the policy before the action is counted. */
export function policyState({ state: { rule }, key, at }: Case): PolicyState {
  const { budget } = rule
  const cooldown = longestCooldown({ rule, key, at })
  if (budget === undefined) return { cooldown }
  const used = key.subjects.map(
    ({ actions }) => actions.filter((time) => span(time, at) <= budget.per).length,
  )
  return { cooldown, budget: { used: Math.max(...used), allowed: budget.actions } }
}

export function longestCooldown({
  rule,
  key,
  at,
}: {
  rule: RuleState['rule']
  key: KeyState
  at: Instant
}): Duration {
  return microseconds(Math.max(...key.subjects.map((subject) => cooldownOf(subject, rule, at))))
}

/** Notes that the watchdog gives up; returns what is to be done about it, once. */
export function giveUp({ state: { rule }, key, at }: Case): readonly Action[] {
  let isNew = false
  for (const subject of key.subjects) {
    if (subject.givenUp === undefined) {
      const halfOpen = rule.budget?.halfOpen
      subject.givenUp = { since: at, helped: false, ...(halfOpen === undefined ? {} : { halfOpen }) }
      isNew = true
    } else subject.givenUp.helped = false
  }
  return isNew ? (rule.budget?.escalation ?? []) : []
}

function isBudgetSpent(
  { rule: { budget } }: RuleState,
  { respected, subjects }: KeyState,
  at: Instant,
): boolean {
  if (respected.some((subject) => isGivenUp(subject, at))) return true
  // Given up and not held back: this is the one try that the watchdog allows itself.
  return (
    budget !== undefined &&
    subjects.some((subject) => subject.givenUp === undefined && exceeds(subject, budget, at))
  )
}

const needsRunningUnit = (action: Action): action is Action & { kind: 'unit' } =>
  action.kind === 'unit' && (action.verb === 'restart' || action.verb === 'reload_or_restart')
