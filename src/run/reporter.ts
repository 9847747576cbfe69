/** The port through which the drivers tell what happens; what people and programs read is made behind it. */

import type { Closing, CooldownEnd, Deafness, Decision, Grace, Output } from '../engine/decision.ts'
import type { Outcome } from '../engine/input.ts'
import type { SourceNotice } from '../sources/source.ts'
import type { Overrun } from './cost-watch.ts'

/** What is told of everything that the engine returns. */
export interface OutputObserver {
  decision(decision: Decision): void
  cooldownEnd(end: CooldownEnd): void
  /** An incident is closed. */
  closed(closing: Closing): void
  /** Somebody else restarted a unit. */
  grace(grace: Grace): void
  /** A rule has matched nothing for too long. */
  deaf(deafness: Deafness): void
}

export interface Reporter extends OutputObserver {
  /** Every source has found its place: what is logged from now on is seen. `words`: what is watched. */
  watching(words: string): void
  /** What was gathered before the actions of a decision is kept in the file `path`. */
  evidence(decision: Decision, path: string): void
  /** What became of the actions of a decision. */
  outcome(decision: Decision, outcome: Outcome): void
  notice(notice: SourceNotice): void
  /** `count` keys of a rule went because there were more than it may have. */
  evicted(rule: string, count: number): void
  /** A rule took more than its share of the time. */
  costly(overrun: Overrun): void
}

export function observe(observer: OutputObserver, output: Output): void {
  switch (output.kind) {
    case 'act':
    case 'hold':
      observer.decision(output)
      break
    case 'cooldown-end':
      observer.cooldownEnd(output)
      break
    case 'closed':
      observer.closed(output)
      break
    case 'grace':
      observer.grace(output)
      break
    case 'deaf':
      observer.deaf(output)
      break
  }
}
