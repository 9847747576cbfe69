/** What one version of the rule file makes of a run. */

import type { Engine } from '../engine/engine.ts'
import type { EngineState } from '../engine/engine-state.ts'
import type { UnitObservation } from '../engine/input.ts'
import type { Rule } from '../engine/rule.ts'
import type { Source } from '../sources/source.ts'

export interface PlannedSource {
  readonly source: Source
  /** The same for the same source read in the same way: it is not disturbed by a change of the plan then. */
  readonly identity: string
}

export interface Plan {
  readonly rules: readonly Rule[]
  /** An engine that goes on from `state`, where there is one. */
  readonly engine: (state: EngineState | undefined) => Engine
  readonly sources: readonly PlannedSource[]
  /** States of the units that the rules act upon, as they change, until the signal aborts. */
  readonly units: (signal: AbortSignal) => AsyncIterable<UnitObservation>
  /** What is watched, in a few words. */
  readonly words: string
}
