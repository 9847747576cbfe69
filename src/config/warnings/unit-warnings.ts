/** What does not go together with the settings of the units that a rule acts upon. Pure. */

import type { Action, Rule } from '../../engine/rule.ts'
import type { Duration } from '../../engine/time.ts'
import type { Warning } from './warning.ts'

/** Settings of a unit, as systemd has them; absent: none, or without limit. */
export interface UnitFacts {
  readonly startTimeout?: Duration
  /** More starts than `burst` within `interval` are refused. */
  readonly startLimit?: { readonly burst: number; readonly interval: Duration }
}

export const unitWarnings = (
  { name, actions, cooldown, budget }: Rule,
  facts: ReadonlyMap<string, UnitFacts>,
): readonly Warning[] =>
  actions.flatMap((action) => {
    const unit = restarted(action)
    const { startTimeout, startLimit } = (unit === undefined ? undefined : facts.get(unit)) ?? {}
    const warnings: Warning[] = []
    if (startTimeout !== undefined && cooldown < startTimeout) {
      const message = `the cooldown of ${inSeconds(cooldown)} is shorter than the ${inSeconds(startTimeout)} that ${unit} may take to start`
      warnings.push({ message, path: ['rules', name, 'cooldown'] })
    }
    if (
      budget !== undefined &&
      startLimit !== undefined &&
      budget.actions > startLimit.burst &&
      budget.per <= startLimit.interval
    ) {
      const message = `systemd itself refuses more than ${startLimit.burst} starts of ${unit} in ${inSeconds(startLimit.interval)}`
      warnings.push({ message, path: ['rules', name, 'budget', 'actions'] })
    }
    return warnings
  })

const restarted = (action: Action): string | undefined =>
  action.kind === 'unit' && ['start', 'restart', 'reload_or_restart'].includes(action.verb)
    ? action.unit
    : undefined

const inSeconds = (length: Duration): string => `${length / 1_000_000}s`
