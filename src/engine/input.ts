/** Everything that may happen to the engine, each with its own time. */

import type { LogEvent } from './event.ts'
import type { Action } from './rule.ts'
import type { Instant } from './time.ts'

/** Time passed; nothing else happened. */
export interface Tick {
  readonly kind: 'tick'
  readonly at: Instant
}

/** What became of one action. */
export interface Attempt {
  readonly action: Action
  readonly result:
    | 'done'
    /** It was tried and did not succeed. */
    | 'failed'
    /** No end was seen in time; it may still be going on. */
    | 'timed-out'
    /** We were not allowed to. */
    | 'refused'
    /** Not tried: an administrator had stopped the unit. */
    | 'stopped'
  /** One line for people: what happened and what to do; absent when `done`. */
  readonly message?: string
}

/** All actions of a decision have ended, their systemd jobs included. */
export interface Outcome {
  readonly kind: 'outcome'
  readonly at: Instant
  /** `id` of the decision. */
  readonly decision: string
  readonly attempts: readonly Attempt[]
}

/** A unit's state as systemd tells it. */
export interface UnitObservation {
  readonly kind: 'unit'
  readonly at: Instant
  readonly unit: string
  /** Stopped cleanly and not about to be started again: `restart` must leave it alone. */
  readonly stopped: boolean
}

export type Input = LogEvent | Tick | Outcome | UnitObservation
