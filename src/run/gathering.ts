/** The port of what is gathered before an action that may destroy it. */

import type { Decision } from '../engine/decision.ts'
import type { EvidenceWish } from '../engine/rule.ts'
import type { Gathered } from '../evidence/evidence.ts'

export interface Gathering {
  /**
   * Gathers and keeps what is known of an incident. Resolves within the time of `wish`, whatever hangs; never rejects for
   * what the world does. Gives nothing where
   * the rule wants none.
   */
  gather(decision: Decision, wish: EvidenceWish, signal: AbortSignal): Promise<Gathered | undefined>
}
