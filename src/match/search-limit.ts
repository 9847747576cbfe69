/** How much of a text regular expressions look at: so much that none of them can hold the process for long. Pure. */

import { RE2JS } from 're2js'
import type { FieldTest, MatchSpec } from './match-spec.ts'
import { plainPattern } from './pattern/plain-pattern.ts'

/** What all patterns of one match may take on one text, by the costs below. */
const budgetNs = 60_000_000
/**
 * The worst that was measured for patterns made to be slow (test/bench/match.ts): so much for a character, and so much more
 * for each instruction of the pattern's program, or each step of a plain one.
 */
const characterNs = 100
const instructionNs = 16
/** Ordinary lines are shorter, whatever the pattern. */
const leastLimit = 2_048

/** Characters (UTF-16 units) at the start of a text that the patterns of `spec` look at; infinite without patterns. */
export function searchLimit(spec: MatchSpec): number {
  const cost = patternsOf(spec).reduce((sum, pattern) => sum + characterNs + programNs(pattern), 0)
  return cost === 0 ? Number.POSITIVE_INFINITY : Math.max(leastLimit, Math.floor(budgetNs / cost))
}

function programNs({ pattern, ignoreCase }: Regex): number {
  const plain = ignoreCase ? undefined : plainPattern(pattern)
  return instructionNs * (plain?.steps ?? RE2JS.compile(pattern).programSize())
}

type Regex = Extract<FieldTest, { kind: 'regex' }>

function patternsOf(spec: MatchSpec): readonly Regex[] {
  switch (spec.kind) {
    case 'contains':
      return []
    case 'regex':
      return [spec]
    case 'field':
      return spec.test.kind === 'regex' ? [spec.test] : []
    case 'all':
    case 'any':
      return spec.of.flatMap(patternsOf)
    case 'not':
      return patternsOf(spec.of)
  }
}
