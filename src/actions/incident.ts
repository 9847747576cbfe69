/** A decision to act as commands and alerts are told of it. */

import type { Decision } from '../engine/decision.ts'

/** Today the decision itself; its evidence grows with it. */
export type Incident = Decision
