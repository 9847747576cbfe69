/** What rules see of an event, so that it can be told whether they see the same in another one. Pure. */

import type { LogEvent } from '../engine/event.ts'
import { type Rule, specsOf } from '../engine/rule.ts'
import { actsOnUnit } from '../engine/target.ts'
import type { Condition } from '../engine/windows/conditions.ts'
import { compileMatch } from '../match/compile-match.ts'
import type { MatchSpec } from '../match/match-spec.ts'

export type View = (event: LogEvent) => string

/** Which matches of the rules an event satisfies, and the numbers that they take from it. */
export function viewOf(rules: readonly Rule[]): View {
  const views = rules.map((rule) => {
    const matchers = matchesOf(rule).map((spec) => compileMatch(spec))
    const { condition, sources } = rule
    const field = condition.kind === 'aggregate' ? condition.field : undefined
    return (event: LogEvent): unknown =>
      !sources.includes(event.source)
        ? undefined
        : matchers.map((matches) => {
            const captures = matches(event)
            if (captures === undefined || field === undefined) return captures !== undefined
            return captures.get(field) ?? event.fields.get(field) ?? ''
          })
  })
  return (event) => JSON.stringify(views.map((view) => view(event)))
}

/** Texts that the rules look for, and names that they give: nobody's secret, for they stand in the rule file. */
export const literalsOfRule = (rule: Rule): readonly string[] => [
  ...matchesOf(rule).flatMap(textsOf),
  ...rule.units.filter((unit) => !unit.includes('*')),
  ...rule.actions.filter(actsOnUnit).map(({ unit }) => unit),
]

const matchesOf = (rule: Rule): readonly MatchSpec[] => [
  ...specsOf(rule),
  ...matchesOfCondition(rule.condition),
]

function matchesOfCondition(condition: Condition): readonly MatchSpec[] {
  switch (condition.kind) {
    case 'ratio':
      return [condition.of]
    case 'sequence':
      return [...condition.steps, ...(condition.unless === undefined ? [] : [condition.unless])]
    case 'threshold':
    case 'absence':
    case 'aggregate':
    case 'spike':
      return []
  }
}

function textsOf(match: MatchSpec): readonly string[] {
  switch (match.kind) {
    case 'contains':
      return [match.literal]
    case 'regex':
      return wordsOf(match.pattern)
    case 'field':
      switch (match.test.kind) {
        case 'equals':
          return match.test.anyOf
        case 'contains':
          return [match.test.literal]
        case 'regex':
          return wordsOf(match.test.pattern)
      }
      return []
    case 'all':
    case 'any':
      return match.of.flatMap(textsOf)
    case 'not':
      return textsOf(match.of)
  }
}

/** Words of a pattern that stand for themselves; whatever else it wants is seen by whether it matches. */
const wordsOf = (pattern: string): readonly string[] =>
  pattern
    .replace(/\(\?P?<\w+>/g, '(')
    .replace(/\\[a-zA-Z]|\[[^\]]{0,200}\]/g, ' ')
    .replace(/\\(.)/g, '$1')
    .split(/[^\w.@:/-]+/)
    .filter((word) => /\w{3}/.test(word))
