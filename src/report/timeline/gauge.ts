/** How full a window is, as one number beside the limit at which its condition becomes true. Pure. */

import type { Condition } from '../../engine/windows/conditions.ts'
import type { Showing } from '../../engine/windows/window.ts'
import { percent } from '../percent.ts'
import { spanText } from '../time-text.ts'

export interface Gauge {
  readonly limit: number
  /** What the number is, for people. */
  readonly measure: string
  /** The whole condition in words. */
  readonly words: string
  /** True where less is worse. */
  readonly isBelow: boolean
}

export function gaugeOf(condition: Condition): Gauge {
  const words = conditionWords(condition)
  switch (condition.kind) {
    case 'threshold': {
      const { count, distinct } = condition
      return { limit: count, measure: distinct ?? 'events', words, isBelow: false }
    }
    case 'absence':
      return { limit: condition.for, measure: 'silence', words, isBelow: false }
    case 'sequence':
      return { limit: condition.steps.length, measure: 'steps', words, isBelow: false }
    case 'ratio':
      return { limit: condition.above, measure: 'share', words, isBelow: false }
    case 'aggregate': {
      const isBelow = 'below' in condition
      const limit = isBelow ? condition.below : condition.above
      return { limit, measure: `${condition.fn} of ${condition.field}`, words, isBelow }
    }
    case 'spike':
      return { limit: condition.factor, measure: 'times the baseline', words, isBelow: false }
  }
}

/** Where the window stands. Of an absence nothing can be told by what is in the window: it is the time that passes. */
export function fillOf({ kind }: Condition, { count, value }: Showing): number {
  switch (kind) {
    case 'threshold':
    case 'sequence':
      return count
    case 'ratio':
    case 'aggregate':
    case 'spike':
      return value ?? 0
    case 'absence':
      return 0
  }
}

export function conditionWords(condition: Condition): string {
  switch (condition.kind) {
    case 'threshold': {
      const what = condition.distinct === undefined ? 'events' : `different values of ${condition.distinct}`
      return `${condition.count} ${what} within ${spanText(condition.within)}`
    }
    case 'absence':
      return `no event for ${spanText(condition.for)}`
    case 'sequence': {
      const last = condition.missing ? ', the last of which does not come,' : ''
      return `${condition.steps.length} steps${last} within ${spanText(condition.within)}`
    }
    case 'ratio':
      return `a share above ${percent(condition.above)} of ${condition.min} events or more within ${spanText(condition.within)}`
    case 'aggregate': {
      const limit = 'below' in condition ? `below ${condition.below}` : `above ${condition.above}`
      return `${condition.fn} of ${condition.field} ${limit} in ${condition.min} events or more within ${spanText(condition.within)}`
    }
    case 'spike':
      return `more than ${condition.factor} times the rate of the ${spanText(condition.baseline)} before, in ${condition.min} events or more within ${spanText(condition.within)}`
  }
}
