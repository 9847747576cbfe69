/** A test of one text. Pure. */

import { RE2JS } from 're2js'
import type { FieldTest } from './match-spec.ts'
import { type PlainPattern, plainPattern } from './pattern/plain-pattern.ts'

/** Values of named groups. */
export type Captures = ReadonlyMap<string, string>
export type TextTest = (text: string) => Captures | undefined

export const noCaptures: Captures = new Map()

/** `limit`: a pattern looks at so many characters at the start of the text. */
export function compileTest(test: FieldTest, limit: number): TextTest {
  const { ignoreCase } = test
  const fold = ignoreCase ? (text: string) => text.toLowerCase() : (text: string) => text
  switch (test.kind) {
    case 'equals': {
      const known = new Set(test.anyOf.map(fold))
      return (text) => (known.has(fold(text)) ? noCaptures : undefined)
    }
    case 'contains': {
      const literal = fold(test.literal)
      return (text) => (fold(text).includes(literal) ? noCaptures : undefined)
    }
    case 'regex':
      return compilePattern(test.pattern, ignoreCase, limit)
  }
}

function compilePattern(source: string, ignoreCase: boolean, limit: number): TextTest {
  const plain = ignoreCase ? undefined : plainPattern(source)
  const test = plain === undefined ? byAutomaton(source, ignoreCase) : byBacktracking(plain)
  return (text) => test(text.length > limit ? text.slice(0, limit) : text)
}

function byBacktracking({ source, names }: PlainPattern): TextTest {
  const pattern = new RegExp(source, 'u')
  if (names.length === 0) return (text) => (pattern.test(text) ? noCaptures : undefined)
  return (text) => {
    const found = pattern.exec(text)
    return found === null ? undefined : new Map(names.map((name, index) => [name, found[index + 1] ?? '']))
  }
}

function byAutomaton(source: string, ignoreCase: boolean): TextTest {
  const pattern = RE2JS.compile(source, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0)
  const names = Object.keys(pattern.namedGroups())
  return (text) => {
    if (names.length === 0) return pattern.test(text) ? noCaptures : undefined
    // The test takes no account of groups and costs less.
    if (!pattern.test(text)) return undefined
    const matcher = pattern.matcher(text)
    if (!matcher.find()) return undefined
    return new Map(names.map((name) => [name, matcher.group(name) ?? '']))
  }
}
