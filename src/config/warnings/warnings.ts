/** What a rule file may say and surely does not mean: warnings, each with its place. Pure. */

import { isDeepStrictEqual } from 'node:util'
import type { Action, Rule } from '../../engine/rule.ts'
import { actsOnUnit } from '../../engine/target.ts'
import type { MatchSpec } from '../../match/match-spec.ts'
import { searchLimit } from '../../match/search-limit.ts'
import type { Location } from '../problem.ts'
import type { Ruleset } from '../ruleset.ts'
import type { Path } from '../yaml/read-yaml.ts'
import { matchesEverything } from './match-everything.ts'
import { type UnitFacts, unitWarnings } from './unit-warnings.ts'
import type { Warning } from './warning.ts'

export interface PlacedWarning {
  readonly message: string
  readonly location: Location
}

type Checked = Pick<Ruleset, 'sources' | 'rules' | 'alerts'>

/** `facts` tells of units what is known of them; without any, what depends on that is not checked. */
export const warningsOf = (ruleset: Checked, facts: ReadonlyMap<string, UnitFacts>): readonly Warning[] => [
  ...unusedSources(ruleset),
  ...unusedAlerts(ruleset),
  ...ruleset.rules.flatMap((rule) => [...ruleWarnings(rule), ...unitWarnings(rule, facts)]),
  ...oppositions(ruleset.rules),
]

function unusedSources({ sources, rules }: Checked): readonly Warning[] {
  const used = new Set(rules.flatMap((rule) => rule.sources))
  return [...sources.keys()]
    .filter((name) => !used.has(name))
    .map((name) => ({ message: 'no rule uses this source', path: ['sources', name] }))
}

function unusedAlerts({ alerts, rules }: Checked): readonly Warning[] {
  const actions = rules.flatMap(({ actions, budget, verify }) => [
    ...actions,
    ...(budget?.escalation ?? []),
    ...(verify?.otherwise ?? []),
  ])
  const used = new Set(actions.flatMap((action) => (action.kind === 'alert' ? [action.alert] : [])))
  return [...alerts.keys()]
    .filter((name) => !used.has(name))
    .map((name) => ({ message: 'no rule uses this alert', path: ['alerts', name] }))
}

/** A line that is longer than this is no ordinary one. */
const ordinaryLine = 16_384

function ruleWarnings(rule: Rule): readonly Warning[] {
  const warnings: Warning[] = []
  const warn = (message: string, ...path: Path) =>
    warnings.push({ message, path: ['rules', rule.name, ...path] })
  const { match, reset, condition, cooldown, lateness, maxAge } = rule
  const whole = condition.kind === 'ratio' || condition.kind === 'spike' || condition.kind === 'absence'
  if (matchesEverything(match) && !whole) warn('this matches every event of its source', 'match')
  const limit = searchLimit(match)
  if (limit < ordinaryLine) {
    warn(`this pattern is slow: it looks at the first ${limit} characters of a line only`, 'match')
  }
  if (reset !== undefined && isDeepStrictEqual(reset, match)) {
    warn('what counts also empties the window: nothing is ever counted', 'reset')
  }
  if (cooldown === 0 && rule.actions.some(actsOnUnit)) {
    warn('without a cooldown the failures that a restart leaves behind count as new ones', 'cooldown')
  }
  if (maxAge < lateness) warn('events that are put in their place by lateness are stale by then', 'max_age')
  if (condition.kind === 'threshold') {
    const { count, distinct, within } = condition
    const values = distinct === undefined ? undefined : valuesOf(match, distinct)
    if (values !== undefined && values < count) {
      warn(
        `the match lets ${values} values of ${distinct} through: ${count} can never be reached`,
        'threshold',
        'count',
      )
    }
    if (distinct !== undefined && rule.groupBy.includes(distinct) && count > 1) {
      warn(`every key has one value of ${distinct}: ${count} can never be reached`, 'threshold', 'distinct')
    }
    if (rule.clear !== undefined && rule.clear.within < within && rule.clear.count >= count) {
      warn('this is as loud as what triggers the rule: it holds nothing back', 'clear')
    }
  }
  if (condition.kind === 'sequence') {
    condition.steps.forEach((step, index) => {
      if (condition.unless === undefined || !isDeepStrictEqual(step, condition.unless)) return
      warn('this step is also what breaks the sequence off', 'sequence', 'steps', index)
    })
  }
  if (condition.kind === 'absence' && rule.expectEvery !== undefined && rule.expectEvery <= condition.for) {
    warn('the rule itself acts upon silence of this length', 'expect_every')
  }
  return warnings
}

/** Rules of which one stops what another one starts. */
function oppositions(rules: readonly Rule[]): readonly Warning[] {
  return rules.flatMap((rule) =>
    rule.actions.flatMap((action, index) => {
      if (action.kind !== 'unit' || action.verb !== 'stop') return []
      const other = rules.find((one) => one !== rule && one.actions.some((its) => starts(its, action.unit)))
      if (other === undefined) return []
      const message = `rule ${other.name} starts ${action.unit} again: the two undo each other`
      return [{ message, path: ['rules', rule.name, 'then', index] }]
    }),
  )
}

const starts = (action: Action, unit: string): boolean =>
  action.kind === 'unit' &&
  action.unit === unit &&
  ['start', 'restart', 'reload_or_restart'].includes(action.verb)

/** How many values of a field an event that matches can have; undefined where that is not limited. */
function valuesOf(match: MatchSpec, name: string): number | undefined {
  if (match.kind === 'field' && match.name === name && match.test.kind === 'equals')
    return match.test.anyOf.length
  if (match.kind !== 'all') return undefined
  const limits = match.of.flatMap((part) => valuesOf(part, name) ?? [])
  return limits.length === 0 ? undefined : Math.min(...limits)
}
