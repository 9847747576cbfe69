/** The port through which the drivers tell what happens; what people and programs read is made behind it. */

import type { CooldownEnd, Decision } from '../engine/decision.ts'
import type { Outcome } from '../engine/input.ts'
import type { SourceNotice } from '../sources/source.ts'

export interface Reporter {
  /** Every source has found its place: what is logged from now on is seen. */
  watching(): void
  decision(decision: Decision): void
  /** What became of the actions of a decision. */
  outcome(decision: Decision, outcome: Outcome): void
  cooldownEnd(end: CooldownEnd): void
  notice(notice: SourceNotice): void
  /** `count` keys of a rule went because there were more than it may have. */
  evicted(rule: string, count: number): void
}
