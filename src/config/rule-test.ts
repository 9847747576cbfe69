/** The tests of a rule file as plain data: what happens, and what the rules are expected to make of it. */

import type { HoldReason } from '../engine/decision.ts'
import type { Attempt } from '../engine/input.ts'
import type { Duration } from '../engine/time.ts'
import type { Fields } from '../match/matchable.ts'
import type { Location } from './problem.ts'

/** All times count from the start of the test: its first recorded event, or the zero of its own events. */
export interface RuleTest {
  readonly name: string
  readonly location: Location
  /** The one rule whose decisions are compared; absent: those of every rule are. All rules run in any case. */
  readonly rule?: string
  /** Recorded logs, as any replay reads them; absolute, or relative to the rule file. */
  readonly files: readonly string[]
  readonly steps: readonly TestStep[]
  /** The test lasts this long at least. */
  readonly until?: Duration
  readonly expect: readonly Expectation[]
}

/** Something that happens `times` times, first at `at` and then once every `every`. */
export type TestStep = Repetition & Happening

export interface Repetition {
  readonly at: Duration
  readonly every: Duration
  readonly times: number
}

export type Happening =
  | EngineHappening
  /** What becomes of all actions from now on, and how long it takes. */
  | { readonly kind: 'outcome'; readonly result: Attempt['result']; readonly takes: Duration }

/** What the engine is told as it happens. */
export type EngineHappening =
  /** An event of a source; `texts` are taken in turn. */
  | {
      readonly kind: 'event'
      readonly source: string
      readonly texts: readonly string[]
      readonly fields: Fields
    }
  /** What systemd says of a unit; `restarted`: somebody else has just done that. */
  | {
      readonly kind: 'unit'
      readonly unit: string
      readonly stopped: boolean
      readonly running: boolean
      readonly restarted: boolean
    }
  /** An operator pauses or resumes a rule or a unit. */
  | { readonly kind: 'pause' | 'resume'; readonly subject: string }

/** What is compared: decisions, the ends of incidents, and that a rule went deaf. */
export type DecisionWord = 'act' | HoldReason | 'recovered' | 'not-recovered' | 'deaf'

/** A decision; what is absent may be anything. */
export interface Expectation {
  readonly at: Duration
  readonly decision: DecisionWord
  readonly rule?: string
  readonly target?: string
  /** Some or all parts of the key. */
  readonly key?: ReadonlyMap<string, string>
}
