/** Rules as the engine takes them: plain data, already checked by `config`. */

import type { MatchSpec } from '../match/match-spec.ts'
import type { Duration } from './time.ts'
import type { Condition } from './windows/conditions.ts'

export interface Rule {
  readonly name: string
  readonly description?: string
  /** Identifies the rule's text: state and incidents of a rule that was changed are told from those of the new one. */
  readonly hash: string
  /** Names of the sources whose events the rule sees; never empty. */
  readonly sources: readonly string[]
  readonly match: MatchSpec
  /** An event that empties the window. */
  readonly reset?: MatchSpec
  /** Journal fields, named groups, `source` or `file`; every combination of their values has a window of its own. */
  readonly groupBy: readonly string[]
  readonly maxKeys: number
  readonly condition: Condition
  /** Performed in this order when the condition becomes true and the policy lets it act. */
  readonly actions: readonly Action[]
  /** Units that `{NAME}` in an action's unit may come to: names, or patterns with `*`. */
  readonly units: readonly string[]
  /** Units that take the machine down with them, and that the rule may act upon all the same. */
  readonly allowCritical: readonly string[]
  readonly cooldown: Duration
  readonly backoff?: Backoff
  /** Events are ignored for this long after somebody else stopped, started or reloaded a unit that the rule acts upon. */
  readonly grace: Duration
  readonly budget?: Budget
  /** A trigger whose last event was older than this when it was read is not acted upon. */
  readonly maxAge: Duration
  /** How much out of order events may come and still be put in their place. */
  readonly lateness: Duration
  readonly verify?: Verification
  /** After a trigger there is no other before at most `count` matching events lie within `within`. */
  readonly clear?: { readonly count: number; readonly within: Duration }
  /** Warn when no event matched for this long. */
  readonly expectEvery?: Duration
  /** What is gathered before it acts. */
  readonly evidence: EvidenceWish
  /** How much of the time of one core the rule may take. */
  readonly cpu: CpuLimit
  /** `simulate`: the rule follows the policy as if it acted, and does not act. */
  readonly mode: 'enforce' | 'simulate'
}

/** A rule that takes more than `share` (0 to 1) of a period of `per` is reported. */
export interface CpuLimit {
  readonly share: number
  readonly per: Duration
  /** It then sees no more events until it is resumed. */
  readonly setAside: boolean
}

/** An action waits for evidence no longer than `within`; where that is 0, none is gathered. */
export interface EvidenceWish {
  readonly within: Duration
  /** Programs whose output is kept, besides what is always asked; each argument may hold `{placeholders}`. */
  readonly commands: readonly (readonly string[])[]
}

/** The cooldown is multiplied by `factor` with every action that follows another within `healthy`, up to `max`. */
export interface Backoff {
  readonly factor: number
  readonly max: Duration
  /** Without an action for this long the cooldown falls back to its own length. */
  readonly healthy: Duration
}

/** At most `actions` within any `per`; the one that would be the next is not taken, nor any after it. */
export interface Budget {
  readonly actions: number
  readonly per: Duration
  /** Performed once when the watchdog gives up. */
  readonly escalation: readonly Action[]
  /** After this long it tries once by itself; absent: an operator must resume it. */
  readonly halfOpen?: Duration
}

/** The incident is closed as recovered when the condition stays quiet for `within` after the action. */
export interface Verification {
  readonly within: Duration
  /** Performed when it did not recover. */
  readonly otherwise: readonly Action[]
}

/** What systemd is asked to do with a unit; the words of the rule file. */
export type UnitVerb = 'restart' | 'reload' | 'reload_or_restart' | 'start' | 'stop' | 'reset_failed'

export type UnitAction =
  | { readonly kind: 'unit'; readonly verb: UnitVerb; readonly unit: string }
  | { readonly kind: 'kill'; readonly unit: string; readonly signal: string }

/** Runs `argv` without a shell; each argument may hold `{placeholders}`. */
export interface CommandAction {
  readonly kind: 'command'
  readonly argv: readonly string[]
  readonly timeout: Duration
}

/** Tells people by the alert of that name; done when it is kept for delivery, which is no part of the action. */
export interface AlertAction {
  readonly kind: 'alert'
  readonly alert: string
}

export type Action = UnitAction | CommandAction | AlertAction

/** An event that none of them matches is nothing to the rule. */
export const specsOf = ({ match, reset }: Rule): readonly MatchSpec[] =>
  reset === undefined ? [match] : [match, reset]
