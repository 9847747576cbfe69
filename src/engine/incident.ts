/** An action whose worth is being judged: did the condition stay quiet and does the unit run? */

import type { Decision } from './decision.ts'
import { type IncidentState, restoreDecision } from './engine-state.ts'
import type { Verification } from './rule.ts'
import { after, type Instant } from './time.ts'
import type { CreateWindow } from './windows/compile-condition.ts'
import type { Sample, Window } from './windows/window.ts'

export interface Incident {
  readonly decision: Decision
  readonly verification: Verification
  /** Judged from the end of the actions on. */
  readonly from: Instant
  readonly until: Instant
  /** The rule's condition over the events since `from`, those that a cooldown ignores included. */
  readonly window: Window
  closed: boolean
}

export function openIncident(
  decision: Decision,
  verification: Verification,
  window: CreateWindow,
  from: Instant,
): Incident {
  return {
    decision,
    verification,
    from,
    until: after(from, verification.within),
    window: window(from),
    closed: false,
  }
}

/** Takes a matching event; true when it shows that the action did not help. */
export function isBrokenBy({ window, from, until }: Incident, sample: Sample): boolean {
  if (sample.at < from || sample.at > until) return false
  window.add(sample)
  return window.isTrue(sample.at)
}

/** The incident as it was saved; `undefined` where its window does not fit the rule. */
export function restoreIncident(
  { decision, from, until, window: saved, closed }: IncidentState,
  verification: Verification,
  createWindow: CreateWindow,
): Incident | undefined {
  const window = createWindow(from)
  if (!window.restore(saved)) return undefined
  return { decision: restoreDecision(decision), verification, from, until, window, closed }
}
