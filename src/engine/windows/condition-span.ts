/** How far back the events lie that a condition can be about. */

import type { Duration } from '../time.ts'
import { microseconds } from '../time.ts'
import type { Condition } from './conditions.ts'

export function spanOf(condition: Condition): Duration {
  switch (condition.kind) {
    case 'absence':
      return condition.for
    case 'spike':
      return microseconds(condition.within + condition.baseline)
    case 'threshold':
    case 'sequence':
    case 'ratio':
    case 'aggregate':
      return condition.within
  }
}
