/** Which named groups an event that matches can have captured. Pure. */

import type { MatchSpec } from '../match/match-spec.ts'
import { groupNames } from './pattern.ts'

export function capturedNames(match: MatchSpec): readonly string[] {
  switch (match.kind) {
    case 'contains':
    case 'not':
      return []
    case 'regex':
      return groupNames(match.pattern)
    case 'field':
      return match.test.kind === 'regex' ? groupNames(match.test.pattern) : []
    case 'all':
    case 'any':
      return match.of.flatMap(capturedNames)
  }
}
