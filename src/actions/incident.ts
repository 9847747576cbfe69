/** A decision to act as commands and alerts are told of it. */

import type { Closing, Decision } from '../engine/decision.ts'
import type { Attempt } from '../engine/input.ts'
import type { Gathered } from '../evidence/evidence.ts'

/** The decision with what is known when an action begins. */
export type Incident = Decision & {
  /** What became of the actions before this one. */
  readonly attempts?: readonly Attempt[]
  /** The incident was closed without having recovered: this is what is done about it. */
  readonly notRecovered?: Closing['because']
  /** What was found before acting; absent where none was gathered. */
  readonly gathered?: Gathered
}
