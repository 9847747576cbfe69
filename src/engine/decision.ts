/** What the engine returns: decisions with their evidence, and what became of them. */

import type { Action } from './rule.ts'
import type { Instant } from './time.ts'

/** Why a trigger was not acted upon. */
export type HoldReason =
  /** A unit that it would act upon is in the cooldown of another rule's action on the same event. */
  | 'cooldown'
  /** The watchdog has given the target up: its budget is spent. */
  | 'budget'
  /** An operator paused the rule or the target. */
  | 'paused'
  /** The trigger's last event was too old when it was read. */
  | 'stale'
  /** An administrator stopped the unit. */
  | 'stopped'
  /** The rule's mode is `simulate`. */
  | 'dry-run'
  /** The unit that the key names is none of those that the rule may act upon. */
  | 'not-allowed'

/** An event as it is kept to explain a decision. All but the time is absent when too much came since to keep it. */
export interface Evidence {
  readonly at: Instant
  readonly text?: string
  readonly source?: string
  readonly position?: string
}

/** A rule's condition became true for a key. Times are realtime, as the events bear it. */
export interface Trigger {
  /** Unique among the decisions of one run, and the same for the same inputs. */
  readonly id: string
  readonly rule: string
  readonly ruleHash: string
  /** Values of the rule's `group_by`, in its order; empty without one. */
  readonly key: ReadonlyMap<string, string>
  /** Units that the rule acts upon; empty for a rule of commands alone. */
  readonly targets: readonly string[]
  /** The time of the event, or of the deadline, that made the condition true. */
  readonly at: Instant
  /** Events in the window that count, the last one included. */
  readonly count: number
  /** The ratio, aggregate or factor that the condition compares, where it does. */
  readonly value?: number
  /** Absent when there was no event at all, as with an absence. */
  readonly first?: Evidence
  readonly last?: Evidence
  /** Events may be missing from the window: its source had a gap in that time. */
  readonly incomplete: boolean
  readonly policy: PolicyState
  /** The operator who wanted it; absent where the condition came true. */
  readonly by?: string
}

/** The state of the policy at the trigger, for whoever asks why. */
export interface PolicyState {
  /** Length of the cooldown that an action begins, in µs, with its backoff. */
  readonly cooldown: number
  /** Actions on the targets within the budget's period, and how many are allowed; absent without a budget. */
  readonly budget?: { readonly used: number; readonly allowed: number }
}

/** What the policy made of a trigger. */
export type Decision = Trigger &
  (
    | {
        readonly kind: 'act'
        readonly actions: readonly Action[]
        /** The latest events that count; told with the decision, and not kept with it. */
        readonly lines?: readonly Evidence[]
      }
    | {
        readonly kind: 'hold'
        readonly because: HoldReason
        /** What was held back. */
        readonly actions: readonly Action[]
        /** What is to be done instead: the budget's escalation, once when the watchdog gives up. */
        readonly escalation: readonly Action[]
      }
  )

/** A cooldown is over; `ignored` matching events came during it. */
export interface CooldownEnd {
  readonly kind: 'cooldown-end'
  /** The decision whose action began it. */
  readonly decision: string
  readonly rule: string
  readonly targets: readonly string[]
  readonly at: Instant
  readonly ignored: number
}

/** An incident is closed: what the action was worth. */
export interface Closing {
  readonly kind: 'closed'
  readonly decision: Decision
  readonly at: Instant
  readonly recovered: boolean
  /** Why it did not recover: the condition came true again, or the unit is not running. */
  readonly because?: 'condition' | 'unit'
  /** What is to be done now. */
  readonly escalation: readonly Action[]
}

/** Somebody else stopped, started or reloaded a unit: rules that act upon it ignore events until `until`. */
export interface Grace {
  readonly kind: 'grace'
  readonly unit: string
  readonly at: Instant
  /** The latest time at which the grace of any of these rules ends. */
  readonly until: Instant
  readonly rules: readonly string[]
}

/** No event of a rule was seen for as long as the rule file says it should be. */
export interface Deafness {
  readonly kind: 'deaf'
  readonly rule: string
  readonly at: Instant
  /** When one was seen last; absent: never since the start. */
  readonly last?: Instant
}

export type Output = Decision | CooldownEnd | Closing | Grace | Deafness
