/** What came of the tests of a rule file, as data for the reports. */

import type { DecisionWord, Expectation, RuleTest } from '../config/rule-test.ts'
import type { Decision } from '../engine/decision.ts'
import type { LogEvent } from '../engine/event.ts'
import type { RuleStatus } from '../engine/status.ts'
import type { Instant } from '../engine/time.ts'

/** Something that was decided in a test. */
export interface Verdict {
  /** Microseconds since the start of the test. */
  readonly at: number
  readonly decision: DecisionWord
  readonly rule: string
  readonly targets: readonly string[]
  readonly key: ReadonlyMap<string, string>
  /** The decision itself, or the one whose incident has ended; absent where the rule went deaf. */
  readonly of?: Decision
}

export type Comparison =
  | { readonly kind: 'same' | 'unexpected'; readonly verdict: Verdict }
  | { readonly kind: 'missing'; readonly expected: Expectation }

/** What a rule saw in a test. */
export interface Seen {
  readonly status: RuleStatus
  readonly last?: LogEvent
}

export interface TestResult {
  readonly test: RuleTest
  readonly passed: boolean
  /** When the test started: the time of its first recorded event, or one that means nothing. */
  readonly start: Instant
  /** Microseconds from its start to its end. */
  readonly length: number
  readonly recorded: boolean
  /** In the order of time. */
  readonly comparisons: readonly Comparison[]
  /** Of the rules whose decisions were compared. */
  readonly seen: readonly Seen[]
  /** Why the test could not be run to its end. */
  readonly problem?: string
}

/** Something that a rule may come to, and whether a test has brought it there. */
export interface Branch {
  readonly name: string
  readonly reached: boolean
}

export interface RuleCoverage {
  readonly rule: string
  readonly branches: readonly Branch[]
}

/** A rule file with the results of its tests. */
export interface FileResult {
  readonly file: string
  readonly results: readonly TestResult[]
  readonly coverage: readonly RuleCoverage[]
}

export interface Share {
  readonly reached: number
  readonly of: number
  /** Rounded down: only everything is 100. */
  readonly percent: number
}

export function shareOf(rules: readonly RuleCoverage[]): Share {
  const branches = rules.flatMap((rule) => rule.branches)
  const reached = branches.filter((branch) => branch.reached).length
  const of = branches.length
  return { reached, of, percent: of === 0 ? 100 : Math.floor((100 * reached) / of) }
}
