/** Finds the rules that take more than their share of the time. Pure: it is told the time. */

import type { Rule } from '../engine/rule.ts'
import type { RuleStatus } from '../engine/status.ts'

/** A rule that took too much. */
export interface Overrun {
  readonly rule: Rule
  /** Of the time of one core, 0 to 1, since the period began. */
  readonly share: number
  /** Matching events in that time. */
  readonly matched: number
}

/** A period of one rule; `since` and `spent` in µs. */
interface Period {
  readonly rule: Rule
  since: number
  spent: number
  matched: number
  isOver: boolean
}

export class CostWatch {
  readonly #periods: ReadonlyMap<string, Period>

  /** `now` in µs from any origin. */
  constructor(rules: readonly Rule[], now: number) {
    this.#periods = new Map(
      rules.map((rule) => [rule.name, { rule, since: now, spent: 0, matched: 0, isOver: false }]),
    )
  }

  /** The rules whose period is over and that took too much in it and not in the one before. */
  look(now: number, statuses: readonly RuleStatus[]): readonly Overrun[] {
    return statuses.flatMap(({ rule: name, spent, matched }) => {
      const period = this.#periods.get(name)
      if (period === undefined || now - period.since < period.rule.cpu.per) return []
      const { rule } = period
      const overrun = {
        rule,
        share: (spent - period.spent) / (now - period.since),
        matched: matched - period.matched,
      }
      const wasOver = period.isOver
      Object.assign(period, { since: now, spent, matched, isOver: overrun.share > rule.cpu.share })
      return period.isOver && !wasOver ? [overrun] : []
    })
  }
}
