/** Rules as the engine takes them: plain data, already checked by `config`. */

import type { MatchSpec } from '../match/match-spec.ts'
import type { Duration } from './time.ts'

export interface Rule {
  readonly name: string
  readonly description?: string
  /** Names of the sources whose events the rule sees; never empty. */
  readonly sources: readonly string[]
  readonly match: MatchSpec
  /** Journal fields, named groups, `source` or `file`; every combination of their values has a window of its own. */
  readonly groupBy: readonly string[]
  readonly condition: Condition
  /** Performed in this order when the condition becomes true and the policy lets it act. */
  readonly actions: readonly Action[]
  readonly cooldown: Duration
  /** `simulate`: the rule follows the policy as if it acted, and does not act. */
  readonly mode: 'enforce' | 'simulate'
}

export type Condition = Threshold

/** The `count`-th matching event in a span of `within` or less, both ends included. */
export interface Threshold {
  readonly kind: 'threshold'
  readonly count: number
  readonly within: Duration
}

/** What systemd is asked to do with a unit; the words of the rule file. */
export type UnitVerb = 'restart' | 'reload' | 'reload_or_restart' | 'start' | 'stop' | 'reset_failed'

export type Action =
  | { readonly kind: 'unit'; readonly verb: UnitVerb; readonly unit: string }
  | { readonly kind: 'kill'; readonly unit: string; readonly signal: string }
  /** Runs `argv` without a shell; each argument may hold `{placeholders}`. */
  | { readonly kind: 'command'; readonly argv: readonly string[]; readonly timeout: Duration }

/** The units that a rule acts upon, each once, in the order of its actions. */
export const targetsOf = (rule: Rule): readonly string[] => [
  ...new Set(rule.actions.flatMap((action) => (action.kind === 'command' ? [] : [action.unit]))),
]
