/** The port of what is gathered before an action that may destroy it. */

import type { Decision } from '../engine/decision.ts'
import type { EvidenceWish } from '../engine/rule.ts'

export interface Gathering {
  /**
   * Gathers and keeps what is known of an incident. Resolves within the time of `wish`, whatever hangs; never rejects for
   * what the world does. Gives the file in which it is kept, if it is.
   */
  gather(decision: Decision, wish: EvidenceWish, signal: AbortSignal): Promise<string | undefined>
}
