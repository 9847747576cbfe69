/** What the rules of a file may ask of systemd: verbs and units, and nothing else. Pure. */

import { meaningOf } from '../actions/unit-verb.ts'
import { isCriticalUnit } from '../engine/critical-unit.ts'
import type { Action, Rule } from '../engine/rule.ts'
import { isTemplate, unitMatches } from '../engine/target.ts'

export interface Grant {
  /** As systemd names it when it asks polkit: `reload-or-restart`. */
  readonly verb: string
  readonly units: GrantedUnits
}

export type GrantedUnits =
  | { readonly kind: 'named'; readonly unit: string }
  /** Units whose name fits every pattern, in which `*` stands for any characters, and that are not critical, or among `critical`. */
  | { readonly kind: 'fitting'; readonly patterns: readonly string[]; readonly critical: readonly string[] }

type UnitAction = Extract<Action, { kind: 'unit' | 'kill' }>

/**
 * Each once, in the order of the rules. A rule that is only simulated is given its grants all the same: it may be put in
 * force by a reload. `idOf` gives the name by which systemd itself calls a unit: polkit is never asked about an alias.
 */
export function grantsOf(
  rules: readonly Rule[],
  idOf: (unit: string) => string = (unit) => unit,
): readonly Grant[] {
  const grants = new Map<string, Grant>()
  for (const rule of rules) {
    for (const action of unitActions(rule)) {
      const { word: verb } = meaningOf(action)
      for (const units of unitsOf(action.unit, rule, idOf))
        grants.set(JSON.stringify([verb, units]), { verb, units })
    }
  }
  return [...grants.values()]
}

/** `restart site.service, pool@*.service; stop old.service`. */
export function grantWords(grants: readonly Grant[]): string {
  const units = new Map<string, string[]>()
  for (const { verb, units: granted } of grants) {
    const name = granted.kind === 'named' ? granted.unit : granted.patterns.join(' that is also ')
    units.set(verb, [...(units.get(verb) ?? []), name])
  }
  return [...units].map(([verb, names]) => `${verb} ${names.join(', ')}`).join('; ')
}

const unitActions = ({ actions, budget, verify }: Rule): readonly UnitAction[] =>
  [...actions, ...(budget?.escalation ?? []), ...(verify?.otherwise ?? [])].filter(
    (action) => action.kind === 'unit' || action.kind === 'kill',
  )

function unitsOf(
  unit: string,
  { units, allowCritical }: Rule,
  idOf: (unit: string) => string,
): readonly GrantedUnits[] {
  if (!isTemplate(unit)) return [{ kind: 'named', unit: idOf(unit) }]
  const shape = unit.replaceAll(/\{[^{}]*\}/g, '*')
  return units.flatMap((listed): readonly GrantedUnits[] => {
    if (listed.includes('*')) {
      const patterns = [...new Set([listed, shape])]
      const critical = allowCritical.filter((one) => patterns.every((pattern) => unitMatches(pattern, one)))
      return [{ kind: 'fitting', patterns, critical }]
    }
    const isReachable =
      unitMatches(shape, listed) && (!isCriticalUnit(listed) || allowCritical.includes(listed))
    return isReachable ? [{ kind: 'named', unit: idOf(listed) }] : []
  })
}
