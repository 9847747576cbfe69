/** What the engine can say of itself at any moment, for summaries and for whoever asks. */

import type { CooldownEnd } from './decision.ts'

export interface RuleStatus {
  readonly rule: string
  /** Matching events, the ignored ones included. */
  readonly matched: number
  /** Matching events that fell into a cooldown. */
  readonly ignored: number
  /** Decisions to act. */
  readonly acted: number
  /** Decisions to hold back. */
  readonly held: number
  /** Keys that have a window. */
  readonly keys: number
  /** Keys that had to go because there were too many. */
  readonly evicted: number
}

export interface EngineStatus {
  readonly rules: readonly RuleStatus[]
  /** Cooldowns that are not over; `at` is the earliest time of their end. */
  readonly cooldowns: readonly Omit<CooldownEnd, 'kind'>[]
}
