/** Whether a match surely lets every event through. Pure. */

import type { MatchSpec } from '../../match/match-spec.ts'

export function matchesEverything(match: MatchSpec): boolean {
  switch (match.kind) {
    case 'contains':
    case 'field':
      return false
    case 'regex':
      // Nothing in it needs a character: whatever the line is, it is found at its start.
      return /^\^?(\(\?:)?(\.[*?](\?)?|\.\{0,\d*\})*\)?\$?$/.test(match.pattern) && match.pattern !== '^$'
    case 'all':
      return match.of.every(matchesEverything)
    case 'any':
      return match.of.some(matchesEverything)
    case 'not':
      return false
  }
}
