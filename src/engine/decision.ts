/** What the engine returns: decisions with their evidence, and the ends of cooldowns. */

import type { Action } from './rule.ts'
import type { Instant } from './time.ts'

/** Why a trigger was not acted upon. */
export type HoldReason = 'stopped' | 'dry-run'

/** An event as it is kept to explain a decision. All but the time is absent when too much came since to keep it. */
export interface Evidence {
  readonly at: Instant
  readonly text?: string
  readonly source?: string
  readonly position?: string
}

/** A rule's condition became true for a key. */
export interface Trigger {
  /** Unique among the decisions of one run, and the same for the same inputs. */
  readonly id: string
  readonly rule: string
  /** Values of the rule's `group_by`, in its order; empty without one. */
  readonly key: ReadonlyMap<string, string>
  /** Units that the rule acts upon; empty for a rule of commands alone. */
  readonly targets: readonly string[]
  /** The time of the event, or of the deadline, that made the condition true. */
  readonly at: Instant
  /** Matching events in the window, the last one included. */
  readonly count: number
  readonly first: Evidence
  readonly last: Evidence
}

/** What the policy made of a trigger. */
export type Decision = Trigger &
  (
    | { readonly kind: 'act'; readonly actions: readonly Action[] }
    /** `actions` are those that were held back. */
    | { readonly kind: 'hold'; readonly because: HoldReason; readonly actions: readonly Action[] }
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

export type Output = Decision | CooldownEnd
