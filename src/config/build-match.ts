/** From a `match` as written to what it means. Pure. */

import type { FieldTest, MatchSpec } from '../match/match-spec.ts'
import { groupNames } from './pattern.ts'
import type { Problem } from './problem.ts'
import { type FieldTestText, type MatchObject, type MatchText, matchKeys } from './schema.ts'
import { unknownKey } from './shape-problems.ts'
import type { Path, YamlText } from './yaml-text.ts'

export interface BuiltMatch {
  /** Of no use where there are problems. */
  readonly spec: MatchSpec
  readonly problems: readonly Problem[]
}

const fieldForm = /^[A-Z_][A-Z0-9_]{0,63}$/
const isMatchKey = (key: string): boolean => matchKeys.some((known) => known === key)

export function buildMatch(match: MatchText, path: Path, yaml: YamlText): BuiltMatch {
  const problems: Problem[] = []
  const build = (part: MatchText, at: Path): MatchSpec => {
    if (typeof part === 'string') return contains(part, false, at)
    const fields = Object.keys(part).filter((key) => !isMatchKey(key))
    for (const key of fields)
      if (!fieldForm.test(key))
        problems.push(unknownKey(key, at, yaml, [...matchKeys, 'or the name of a journal field']))
    const parts = [
      ...kindsOf(part, at),
      ...fields.map((name) => fieldSpec(name, part[name] as FieldTestText, part.ignore_case === true)),
    ]
    const [first] = parts
    if (first === undefined) {
      problems.push({
        code: 'missing-key',
        message: 'expected one of contains, regex, all, any, not or a journal field',
        location: yaml.valueAt(at),
      })
      return contains('', false, at, true)
    }
    return parts.length === 1 ? first : { kind: 'all', of: parts }
  }
  const contains = (literal: string, ignoreCase: boolean, at: Path, quiet = false): MatchSpec => {
    if (literal === '' && !quiet) {
      problems.push({
        code: 'bad-value',
        message: 'expected a text to look for, got an empty one, which every line contains',
        location: yaml.valueAt(at),
      })
    }
    return { kind: 'contains', literal, ignoreCase }
  }
  const kindsOf = (part: MatchObject, at: Path): MatchSpec[] => {
    const ignoreCase = part.ignore_case === true
    return [
      ...(part.contains === undefined ? [] : [contains(part.contains, ignoreCase, [...at, 'contains'])]),
      ...(part.regex === undefined ? [] : [{ kind: 'regex', pattern: part.regex, ignoreCase } as const]),
      ...(part.all === undefined
        ? []
        : [
            { kind: 'all', of: part.all.map((inner, index) => build(inner, [...at, 'all', index])) } as const,
          ]),
      ...(part.any === undefined
        ? []
        : [
            { kind: 'any', of: part.any.map((inner, index) => build(inner, [...at, 'any', index])) } as const,
          ]),
      ...(part.not === undefined ? [] : [{ kind: 'not', of: build(part.not, [...at, 'not']) } as const]),
    ]
  }
  return { spec: build(match, path), problems }
}

function fieldSpec(name: string, test: FieldTestText, ignoreAround: boolean): MatchSpec {
  if (typeof test !== 'object' || Array.isArray(test))
    return { kind: 'field', name, test: equals(test, ignoreAround) }
  const ignoreCase = test.ignore_case ?? ignoreAround
  const tests: FieldTest[] = [
    ...(test.equals === undefined ? [] : [equals(test.equals, ignoreCase)]),
    ...(test.contains === undefined
      ? []
      : [{ kind: 'contains', literal: test.contains, ignoreCase } as const]),
    ...(test.regex === undefined ? [] : [{ kind: 'regex', pattern: test.regex, ignoreCase } as const]),
  ]
  return { kind: 'all', of: tests.map((one) => ({ kind: 'field', name, test: one })) }
}

const equals = (
  value: string | number | boolean | readonly (string | number | boolean)[],
  ignoreCase: boolean,
): FieldTest => ({
  kind: 'equals',
  anyOf: (Array.isArray(value) ? value : [value]).map(String),
  ignoreCase,
})

/** Names of the groups that a match captures. */
export function capturedNames(spec: MatchSpec): readonly string[] {
  switch (spec.kind) {
    case 'contains':
    case 'not':
      return []
    case 'regex':
      return groupNames(spec.pattern)
    case 'field':
      return spec.test.kind === 'regex' ? groupNames(spec.test.pattern) : []
    case 'all':
    case 'any':
      return spec.of.flatMap(capturedNames)
  }
}
