/** What a run takes up from the one before it, and where it is kept. */

import type { EngineState } from '../engine/engine-state.ts'
import type { Position } from '../sources/source.ts'
import type { StateStore } from '../state/state-store.ts'

export interface LiveState {
  readonly store: StateStore
  /** Where sources go on, by their names. */
  readonly positions: ReadonlyMap<string, Position>
  /** What the engine knew. */
  readonly engine?: EngineState
  /** What else is kept with it, at the same moment, as plain data. */
  readonly besides: () => object
}
