/** Which rules a rule shares its cooldowns and budgets with: what they do changes what it does. Pure. */

import type { Rule } from '../engine/rule.ts'
import { knownUnits, unitMatches } from '../engine/target.ts'

/** Rules that act upon a unit that `rule` may act upon, or upon one of theirs, and `rule` itself; in the order of `rules`. */
export function relatedRules(rules: readonly Rule[], rule: Rule): readonly Rule[] {
  const found = new Set([rule])
  for (const known of found) {
    for (const other of rules) if (shareUnit(known, other)) found.add(other)
  }
  return rules.filter((other) => found.has(other))
}

const shareUnit = (one: Rule, other: Rule): boolean =>
  unitsOf(one).some((unit) => unitsOf(other).some((another) => canBeOne(unit, another)))

const unitsOf = (rule: Rule): readonly string[] => [...knownUnits(rule), ...rule.units]

/** Two patterns may always come to the same name. */
const canBeOne = (one: string, other: string): boolean =>
  (one.includes('*') && other.includes('*')) || unitMatches(one, other) || unitMatches(other, one)
