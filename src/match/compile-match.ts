/** A `match` as a function of an event. Pure. */

import type { MatchSpec } from './match-spec.ts'
import type { Fields, Matchable } from './matchable.ts'
import { searchLimit } from './search-limit.ts'
import { type Captures, compileTest, noCaptures } from './text-test.ts'

/** The named groups that an event has captured; undefined where it does not match. */
export type Matcher = (event: Matchable) => Captures | undefined

/** Whatever the text, the patterns of `spec` together take less than 100 ms: of a long one they look at the start only. */
export const compileMatch = (spec: MatchSpec): Matcher => compile(spec, searchLimit(spec))

function compile(spec: MatchSpec, limit: number): Matcher {
  switch (spec.kind) {
    case 'contains':
    case 'regex': {
      const test = compileTest(spec, limit)
      return ({ text }) => test(text)
    }
    case 'field': {
      const test = compileTest(spec.test, limit)
      return ({ fields }) => firstOf(valuesOf(fields, spec.name), test)
    }
    case 'all':
      return allOf(spec.of.map((part) => compile(part, limit)))
    case 'any': {
      const parts = spec.of.map((part) => compile(part, limit))
      return (event) => firstOf(parts, (part) => part(event))
    }
    case 'not': {
      const part = compile(spec.of, limit)
      return (event) => (part(event) === undefined ? noCaptures : undefined)
    }
  }
}

const allOf =
  (parts: readonly Matcher[]): Matcher =>
  (event) => {
    let all: Captures = noCaptures
    for (const part of parts) {
      const found = part(event)
      if (found === undefined) return undefined
      if (found.size > 0) all = new Map([...all, ...found])
    }
    return all
  }

const firstOf = <Item>(
  items: readonly Item[],
  test: (item: Item) => Captures | undefined,
): Captures | undefined => {
  for (const item of items) {
    const found = test(item)
    if (found !== undefined) return found
  }
  return undefined
}

const valuesOf = (fields: Fields, name: string): readonly string[] => {
  const value = fields.get(name)
  return value === undefined ? [] : typeof value === 'string' ? [value] : value
}
