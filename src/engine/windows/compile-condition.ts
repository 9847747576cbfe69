/** From a rule's condition to the windows of its keys. */

import { compileMatch } from '../../match/compile-match.ts'
import { type Duration, type Instant, microseconds } from '../time.ts'
import { AbsenceWindow } from './absence-window.ts'
import { AggregateWindow } from './aggregate-window.ts'
import type { Condition } from './conditions.ts'
import { DistinctWindow } from './distinct-window.ts'
import { MissingStepWindow } from './missing-step-window.ts'
import { RatioWindow } from './ratio-window.ts'
import { SequenceWindow } from './sequence-window.ts'
import { SpikeWindow } from './spike-window.ts'
import { ThresholdWindow } from './threshold-window.ts'
import type { Window } from './window.ts'

/** Makes the window of a key that is observed from `start` on. */
export type CreateWindow = (start: Instant) => Window

/**
 * Compiles what the condition matches once, for the windows of all keys. `lateness` is how far out of order events may
 * come; a sequence must be given its events in order all the same.
 */
export function compileCondition(condition: Condition, lateness: Duration = microseconds(0)): CreateWindow {
  switch (condition.kind) {
    case 'threshold': {
      const { distinct } = condition
      return distinct === undefined
        ? () => new ThresholdWindow(condition, lateness)
        : () => new DistinctWindow(condition, distinct)
    }
    case 'absence':
      return (start) => new AbsenceWindow(condition, start)
    case 'sequence': {
      const unless = condition.unless === undefined ? undefined : compileMatch(condition.unless)
      const steps = { matchers: condition.steps.map(compileMatch), unless }
      return condition.missing
        ? () => new MissingStepWindow(condition, steps)
        : () => new SequenceWindow(condition, steps)
    }
    case 'ratio': {
      const of = compileMatch(condition.of)
      return () => new RatioWindow(condition, of)
    }
    case 'aggregate':
      return () => new AggregateWindow(condition)
    case 'spike':
      return (start) => new SpikeWindow(condition, start)
  }
}
