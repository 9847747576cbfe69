/** Everything that the engine knows, as plain data (JSON): what a snapshot holds and a new engine takes up. */

import type { Decision, Evidence, HoldReason } from './decision.ts'
import type { LogEvent } from './event.ts'
import type { UnitObservation } from './input.ts'
import type { Rule } from './rule.ts'
import type { RuleCounts } from './status.ts'
import type { Duration, Instant } from './time.ts'
import type { Saved } from './windows/window.ts'

export interface EngineState {
  readonly now?: Instant
  readonly present?: Instant
  /** Number of the latest decision. */
  readonly decisions: number
  readonly timeline: TimelineState
  readonly evidence: EvidenceState
  readonly pauses: readonly PauseState[]
  readonly cooldowns: readonly CooldownState[]
  readonly subjects: readonly SubjectState[]
  readonly observed: readonly UnitObservation[]
  readonly boots: readonly { readonly source: string; readonly boots: readonly string[] }[]
  readonly rules: readonly RuleSaved[]
}

export interface TimelineState {
  readonly skew: number
  readonly boots: readonly {
    readonly id: string
    readonly offset: number
    readonly lastMonotonic: number
    readonly lastAt: Instant
  }[]
}

export interface EvidenceState {
  readonly next: number
  /** Absent, as `turnedAt`, in the state that an earlier version saved. */
  readonly turn?: number
  readonly turnedAt?: Instant
  readonly events: readonly { readonly number: number; readonly evidence: Evidence }[]
}

export interface PauseState {
  readonly subject: string
  /** Absent: until it is resumed. */
  readonly until?: Instant
}

export type DecisionState = (Decision extends infer Kind
  ? Kind extends Decision
    ? Omit<Kind, 'key'>
    : never
  : never) & {
  readonly key: readonly (readonly [string, string])[]
}

export interface CooldownState {
  readonly decision: DecisionState
  readonly began: Instant
  readonly until: Instant
  readonly acting: boolean
  readonly actedUntil?: Instant
  readonly ignored: number
  /** Its end has not been told. */
  readonly open: boolean
  /** The key whose outcome is awaited. */
  readonly pending?: { readonly rule: string; readonly values: readonly string[] }
}

export interface SubjectState {
  readonly unit: string
  readonly mode: Rule['mode']
  /** Index among the cooldowns. */
  readonly cooldown?: number
  readonly disturbed?: Instant
  readonly epoch: number
  readonly actions: readonly Instant[]
  readonly givenUp?: GivenUpState
}

export interface GivenUpState {
  readonly since: Instant
  readonly halfOpen?: Duration
  readonly helped: boolean
}

export interface RuleSaved {
  readonly name: string
  /** Only a rule that is still the same takes its windows back. */
  readonly hash: string
  readonly epoch: number
  readonly clearedAt: Instant
  readonly latest?: Instant
  readonly gap?: Instant
  readonly listening?: Instant
  readonly deaf: boolean
  readonly started: boolean
  readonly counts: RuleCounts
  readonly evicted: number
  /** The longest unused first. */
  readonly keys: readonly KeySaved[]
  readonly waiting: readonly WaitingState[]
}

export interface KeySaved {
  readonly values: readonly string[]
  /** Absent in the state that an earlier version saved. */
  readonly usedSecond?: number
  readonly window: Saved
  readonly epoch: number
  readonly heldFor?: HoldReason
  readonly awaited?: Instant
  readonly unclear?: { readonly since: Instant; readonly events: readonly (readonly [Instant, number])[] }
  readonly incident?: IncidentState
  /** Of a key that stands for itself, since its rule names no unit. */
  readonly own?: SubjectState
}

export interface IncidentState {
  readonly decision: DecisionState
  readonly from: Instant
  readonly until: Instant
  readonly window: Saved
  readonly closed: boolean
}

/** An event that waits for others that may come before it. */
export interface WaitingState {
  readonly at: Instant
  readonly evidence: number
  readonly captures: readonly (readonly [string, string])[]
  readonly event: Omit<LogEvent, 'fields'> & {
    readonly fields: readonly (readonly [string, string | readonly string[]])[]
  }
}

export const saveDecision = (decision: Decision): DecisionState => ({ ...decision, key: [...decision.key] })

export const restoreDecision = (state: DecisionState): Decision => ({ ...state, key: new Map(state.key) })
