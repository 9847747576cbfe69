/** What a rule can wait for, as plain data that `config` has checked. Each condition has a window of its own kind. */

import type { MatchSpec } from '../../match/match-spec.ts'
import type { Duration } from '../time.ts'

export type Condition = Threshold | Absence | Sequence | Ratio | Aggregate | Spike

/** The `count`-th event in a span of `within` or less, both ends included. */
export interface Threshold {
  readonly kind: 'threshold'
  readonly count: number
  readonly within: Duration
  /** Field, or named group of the match, whose different values are counted instead of events. */
  readonly distinct?: string
}

/** No event for the length of `for`. */
export interface Absence {
  readonly kind: 'absence'
  readonly for: Duration
}

/** The steps in this order, from the first to the last in `within` or less. */
export interface Sequence {
  readonly kind: 'sequence'
  /** Two at least. */
  readonly steps: readonly MatchSpec[]
  readonly within: Duration
  /** An event that breaks a sequence that has begun. */
  readonly unless?: MatchSpec
  /** The steps but the last came, and the last did not come within `within` of the first. */
  readonly missing: boolean
}

/** More than the share `above` (0 to 1) of the events also match `of`, when there are `min` or more. */
export interface Ratio {
  readonly kind: 'ratio'
  readonly of: MatchSpec
  readonly above: number
  readonly within: Duration
  readonly min: number
}

export type AggregateFunction = 'avg' | 'max' | 'min' | 'sum' | 'p50' | 'p90' | 'p95' | 'p99'

/** A number made of those in a field lies above, or below, a limit, when there are `min` or more of them. */
export type Aggregate = {
  readonly kind: 'aggregate'
  /** Field, or named group of the match. */
  readonly field: string
  readonly fn: AggregateFunction
  readonly within: Duration
  readonly min: number
} & ({ readonly above: number } | { readonly below: number })

/** The rate over `within` exceeds `factor` times that over the `baseline` before it, with `min` events or more. */
export interface Spike {
  readonly kind: 'spike'
  readonly factor: number
  readonly within: Duration
  readonly baseline: Duration
  readonly min: number
}
