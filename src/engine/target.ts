/** Which units an action is for. Log text may choose among the names that a rule lists, never name one. */

import { isCriticalUnit } from './critical-unit.ts'
import type { Action, Rule, UnitAction } from './rule.ts'

export interface Resolved {
  readonly actions: readonly Action[]
  /** The units, each once, in the order of the actions. */
  readonly targets: readonly string[]
  /** Every unit is one that the rule may act upon. */
  readonly allowed: boolean
}

/** Units that the rule is known to act upon before any key is: those that it names, and exact names among `units`. */
export const knownUnits = ({ actions, units }: Rule): readonly string[] => [
  ...new Set([
    ...actions.flatMap((action) => (actsOnUnit(action) && !isTemplate(action.unit) ? [action.unit] : [])),
    ...units.filter((unit) => !unit.includes('*')),
  ]),
]

export const actsOnUnit = (action: Action): action is UnitAction =>
  action.kind === 'unit' || action.kind === 'kill'

export const isTemplate = (unit: string): boolean => unit.includes('{')

/** The rule's actions for a key: `{NAME}` in a unit's name is the value of that part of the key. */
export function resolveActions(rule: Rule, values: readonly string[]): Resolved {
  const { actions, groupBy, units, allowCritical } = rule
  const resolved = actions.map((action) =>
    actsOnUnit(action) ? { ...action, unit: fill(action.unit, groupBy, values) } : action,
  )
  const named = resolved.filter(actsOnUnit).map(({ unit }) => unit)
  const chosen = named.filter((unit) => !actions.some((action) => actsOnUnit(action) && action.unit === unit))
  const allowed = chosen.every(
    (unit) =>
      units.some((pattern) => unitMatches(pattern, unit)) &&
      (!isCriticalUnit(unit) || allowCritical.includes(unit)),
  )
  return { actions: resolved, targets: [...new Set(named)], allowed }
}

const fill = (template: string, groupBy: readonly string[], values: readonly string[]): string =>
  template.replace(/\{([^{}]+)\}/g, (_, name: string) => values[groupBy.indexOf(name)] ?? '')

/** Whether `unit` fits `pattern`, in which `*` stands for any characters but a slash. The cost is linear in the name. */
export function unitMatches(pattern: string, unit: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  if (rest.length === 0) return unit === pattern
  if (unit.includes('/') || !unit.startsWith(first)) return false
  const last = rest.pop() ?? ''
  let from = first.length
  for (const part of rest) {
    const found = unit.indexOf(part, from)
    if (found < 0) return false
    from = found + part.length
  }
  return unit.length - last.length >= from && unit.endsWith(last)
}
