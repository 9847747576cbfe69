/** Literals of which every text that matches holds at least one. Pure. */

import type { MatchSpec } from '../match-spec.ts'
import { patternLiterals } from '../pattern/pattern-literals.ts'

/** Beyond so many, looking for them all costs more than it saves. */
const mostLiterals = 1_000

/**
 * A text that holds none of the literals does not match `spec`; `undefined` where there are no such literals. None is
 * empty or holds a line end.
 */
export function literalsOf(spec: MatchSpec): readonly string[] | undefined {
  switch (spec.kind) {
    case 'contains':
      return spec.ignoreCase ? undefined : usable([spec.literal])
    case 'regex':
      return spec.ignoreCase ? undefined : usable(patternLiterals(spec.pattern))
    case 'field':
    case 'not':
      return undefined
    case 'all':
      return best(spec.of.map(literalsOf))
    case 'any':
      return literalsOfAll(spec.of)
  }
}

/** Literals of which every text that matches any of `specs` holds one. */
export function literalsOfAll(specs: readonly MatchSpec[]): readonly string[] | undefined {
  const all = new Set<string>()
  for (const spec of specs) {
    const literals = literalsOf(spec)
    if (literals === undefined) return undefined
    for (const literal of literals) all.add(literal)
  }
  return usable([...all])
}

/** Those that let the fewest texts through, as far as that can be guessed: the longest ones. */
function best(candidates: readonly (readonly string[] | undefined)[]): readonly string[] | undefined {
  let found: readonly string[] | undefined
  for (const literals of candidates) {
    if (literals !== undefined && (found === undefined || shortest(literals) > shortest(found)))
      found = literals
  }
  return found
}

const shortest = (literals: readonly string[]): number => Math.min(...literals.map(({ length }) => length))

function usable(literals: readonly string[] | undefined): readonly string[] | undefined {
  if (literals === undefined || literals.length === 0 || literals.length > mostLiterals) return undefined
  return literals.every(isUsable) ? literals : undefined
}

/** U+FFFD stands in a text for bytes that are none, and half a surrogate pair for nothing at all. */
const isUsable = (literal: string): boolean => literal !== '' && !/[\n\r\0\uFFFD\p{Surrogate}]/u.test(literal)
