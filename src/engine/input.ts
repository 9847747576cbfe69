/** Everything that may happen to the engine, each with its own time. */

import type { LogEvent, MonotonicTime } from './event.ts'
import type { Action } from './rule.ts'
import type { Instant } from './time.ts'

/** Time passed; nothing else happened. */
export interface Tick {
  readonly kind: 'tick'
  readonly at: Instant
  /**
   * This is a reading of the machine's own clocks: the events that follow are old, or dated in the future, by it. A
   * recording of logs has none.
   */
  readonly monotonic?: MonotonicTime
  /** Events from before it are still to come: nothing falls due by it. */
  readonly behind?: true
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
    /** The watchdog ended before it knew. */
    | 'unknown'
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
  /** It runs, or is being started or reloaded. */
  readonly running: boolean
  /** Realtime at which somebody, not systemd by itself, last stopped, started or reloaded it. */
  readonly disturbedAt?: Instant
}

/** Events of these sources may be missing before `at`. */
export interface Gap {
  readonly kind: 'gap'
  readonly at: Instant
  readonly sources: readonly string[]
}

/**
 * An operator pauses or resumes a rule or a unit: a paused one is watched and not acted upon. Resuming also ends that the
 * watchdog gave it up. A rule that is set aside, for what it costs, sees no events until it is resumed.
 */
export interface Order {
  readonly kind: 'pause' | 'resume' | 'set-aside'
  readonly at: Instant
  /** Name of a rule or of a unit. */
  readonly subject: string
  /** A pause ends by itself then. */
  readonly until?: Instant
}

/** An operator wants a rule to act now, as if its condition had come true for a key; the policy decides as ever. */
export interface Demand {
  readonly kind: 'act'
  readonly at: Instant
  /** Name of the rule. */
  readonly subject: string
  /** Values of its `group_by`, in its order. */
  readonly key: readonly string[]
  /** Who wants it. */
  readonly by: string
}

/** What is no event. */
export type Occurrence = Tick | Outcome | UnitObservation | Gap | Order | Demand

export type Input = LogEvent | Occurrence
