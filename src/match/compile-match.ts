/** A `match` as a function of an event. Pure. */

import { RE2JS } from 're2js'
import type { FieldTest, MatchSpec } from './match-spec.ts'
import type { Fields, Matchable } from './matchable.ts'

export type Captures = ReadonlyMap<string, string>
export type Matcher = (event: Matchable) => Captures | undefined
const none: Captures = new Map()

export function compileMatch(spec: MatchSpec): Matcher {
  switch (spec.kind) {
    case 'contains':
    case 'regex': {
      const test = text(spec.kind === 'contains' ? { ...spec, kind: 'contains' } : spec)
      return (event) => test(event.text)
    }
    case 'field': {
      const test = text(spec.test)
      return ({ fields }) => {
        for (const value of values(fields, spec.name)) {
          const found = test(value)
          if (found !== undefined) return found
        }
        return undefined
      }
    }
    case 'all': {
      const parts = spec.of.map(compileMatch)
      return (event) => {
        const captures = new Map<string, string>()
        for (const part of parts) {
          const found = part(event)
          if (found === undefined) return undefined
          for (const [name, value] of found) captures.set(name, value)
        }
        return captures
      }
    }
    case 'any': {
      const parts = spec.of.map(compileMatch)
      return (event) => {
        for (const part of parts) {
          const found = part(event)
          if (found !== undefined) return found
        }
        return undefined
      }
    }
    case 'not': {
      const part = compileMatch(spec.of)
      return (event) => (part(event) === undefined ? none : undefined)
    }
  }
}

const values = (fields: Fields, name: string): readonly string[] => {
  const value = fields.get(name)
  return value === undefined ? [] : typeof value === 'string' ? [value] : value
}

function text(test: FieldTest): (value: string) => Captures | undefined {
  if (test.kind === 'equals') return (value) => (test.anyOf.includes(value) ? none : undefined)
  if (test.kind === 'contains') return (value) => (value.includes(test.literal) ? none : undefined)
  const pattern = RE2JS.compile(test.pattern, test.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0)
  const names = Object.keys(pattern.namedGroups())
  return (value) => {
    const matcher = pattern.matcher(value)
    if (!matcher.find()) return undefined
    return names.length === 0 ? none : new Map(names.map((name) => [name, matcher.group(name) ?? '']))
  }
}
