/** What a sweep over the settings of a rule found, as reports are given it. */

import type { Duration, Instant } from '../engine/time.ts'

export interface Setting {
  /** Of a threshold its count, of a ratio its share, of others their number; absent where there is none. */
  readonly limit?: number
  /** Length of the window; of an absence, how long it lasts. */
  readonly within: Duration
  readonly cooldown: Duration
}

/** Every combination of these; each is in ascending order. */
export interface Sweep {
  readonly present: Setting
  /** Empty where the condition has no limit. */
  readonly limits: readonly number[]
  readonly withins: readonly Duration[]
  readonly cooldowns: readonly Duration[]
}

/** A time in which the rule should have acted. */
export interface Incident {
  readonly name: string
  readonly from: Instant
  readonly until: Instant
  /** How early an action is counts from here: from the start of an incident, or from the restart that ended it. */
  readonly reference: Instant
}

/** What became of the known incidents under one setting. */
export interface Score {
  /** By the order of the incidents: the first action in it, or nothing. */
  readonly caught: readonly (Instant | undefined)[]
  /** Actions in no incident. */
  readonly invented: number
  /** Further actions in incidents that were caught. */
  readonly repeated: number
  /** From the incidents' references to the first actions, the median, in µs; negative when earlier. Absent if none was caught. */
  readonly delay?: number
}

export interface Trial {
  readonly setting: Setting
  /** When it would have acted. */
  readonly actions: readonly Instant[]
  /** Absent where no incident is known. */
  readonly score?: Score
}

export interface Suggestion {
  readonly trial: Trial
  /** In full sentences. */
  readonly reasons: readonly string[]
}

export interface Tuning {
  readonly rule: string
  /** The limit is a `count`, a `share` or another `number`. */
  readonly limit: 'count' | 'share' | 'number' | undefined
  readonly sweep: Sweep
  /** In the order of limits, windows and cooldowns, the last changing first. */
  readonly trials: readonly Trial[]
  readonly present: Trial
  readonly incidents: readonly Incident[]
  /** Where the incidents come from. */
  readonly incidentsFrom: 'file' | 'journal' | 'nowhere'
  /** Known incidents that the logs do not reach. */
  readonly outside: number
  readonly suggestion: Suggestion
  /** Rules that act upon the same units, which are taken as they are. */
  readonly related: readonly string[]
  /** Events that the rule matches, and the time that the logs span. */
  readonly matched: number
  readonly first: Instant | undefined
  readonly last: Instant | undefined
}
