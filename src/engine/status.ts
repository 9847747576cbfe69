/** What the engine can say of itself at any moment, for summaries and for whoever asks. */

import type { CooldownEnd } from './decision.ts'

export interface RuleCounts {
  /** Matching events, the ignored ones included. */
  readonly matched: number
  /** Matching events that fell into a cooldown or a grace. */
  readonly ignored: number
  /** Matching events that came too late to be put in their place, and were dropped. */
  readonly late: number
  /** Matching events that were dated in the future, and set aside. */
  readonly future: number
  /** Decisions to act. */
  readonly acted: number
  /** Decisions to hold back. */
  readonly held: number
  /** Actions after which the condition came true again, or the unit did not run. */
  readonly notRecovered: number
}

export interface RuleStatus extends RuleCounts {
  readonly rule: string
  /** Keys that have a window. */
  readonly keys: number
  /** Keys that had to go because there were too many. */
  readonly evicted: number
  /** What its matching and its windows have taken, in µs; 0 where it is not measured. */
  readonly spent: number
  /** It sees no events, for what it costs. */
  readonly setAside: boolean
}

export interface EngineStatus {
  readonly rules: readonly RuleStatus[]
  /** Cooldowns that are not over; `at` is the earliest time of their end. */
  readonly cooldowns: readonly Omit<CooldownEnd, 'kind'>[]
}
