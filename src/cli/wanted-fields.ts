/** Which journal fields the rules read: no others are asked for. */

import type { Rule } from '../engine/rule.ts'
import type { MatchSpec } from '../match/match-spec.ts'

export const wantedFields = (rules: readonly Rule[]): ReadonlySet<string> =>
  new Set(rules.flatMap(({ match, groupBy }) => [...fieldsOf(match), ...groupBy.filter(isFieldName)]))

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
