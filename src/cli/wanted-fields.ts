/** Which journal fields the rules read: no others are asked for. */

import { type Rule, specsOf } from '../engine/rule.ts'
import type { Condition } from '../engine/windows/conditions.ts'
import type { MatchSpec } from '../match/match-spec.ts'

export const wantedFields = (rules: readonly Rule[]): ReadonlySet<string> =>
  new Set(
    rules.flatMap((rule) => [
      ...specsOf(rule).flatMap(fieldsOf),
      ...fieldsOfCondition(rule.condition),
      ...rule.groupBy.filter(isFieldName),
    ]),
  )

function fieldsOfCondition(condition: Condition): readonly string[] {
  switch (condition.kind) {
    case 'threshold':
      return [condition.distinct ?? ''].filter(isFieldName)
    case 'aggregate':
      return [condition.field].filter(isFieldName)
    case 'ratio':
      return fieldsOf(condition.of)
    case 'sequence':
      return [...condition.steps, ...(condition.unless === undefined ? [] : [condition.unless])].flatMap(
        fieldsOf,
      )
    case 'absence':
    case 'spike':
      return []
  }
}

function fieldsOf(match: MatchSpec): readonly string[] {
  switch (match.kind) {
    case 'contains':
    case 'regex':
      return []
    case 'field':
      return [match.name]
    case 'all':
    case 'any':
      return match.of.flatMap(fieldsOf)
    case 'not':
      return fieldsOf(match.of)
  }
}

/** Names of journal fields are upper case; see systemd.journal-fields(7). Others are named groups. */
const isFieldName = (name: string): boolean => /^[A-Z_][A-Z0-9_]*$/.test(name)
