import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compileMatch } from '../../src/match/compile-match.ts'
import { LiteralIndex } from '../../src/match/literal-index.ts'
import type { MatchSpec } from '../../src/match/match-spec.ts'

const contains = (literal: string, ignoreCase = false): MatchSpec => ({
  kind: 'contains',
  literal,
  ignoreCase,
})
const regex = (pattern: string): MatchSpec => ({ kind: 'regex', pattern, ignoreCase: false })

const indexOf = (specs: readonly MatchSpec[]) =>
  new LiteralIndex(specs.map((spec, item) => ({ item, specs: [spec] })))

test('of a hundred texts only those that are there are asked for', () => {
  const index = indexOf(Array.from({ length: 100 }, (_, number) => contains(`failure number${number} of`)))
  assert.deepEqual(index.of('a failure number17 of the service'), [17])
  assert.deepEqual(index.of('failure number99 of it, failure number1 of it'), [1, 99])
  assert.deepEqual(index.of('failure number100 of the service'), [])
})

test('one that needs no text, or none that is known, is always asked', () => {
  const index = indexOf([
    regex('\\d+'),
    contains('a.b'),
    contains('WORKER', true),
    contains('c'),
    contains('d'),
    contains('e'),
    { kind: 'not', of: contains('a.b') },
  ])
  assert.deepEqual(index.of('nothing'), [0, 2, 6])
  assert.deepEqual(index.of('a.b'), [0, 1, 2, 6])
  assert.deepEqual(index.of('axb'), [0, 2, 6])
})

test('what another begins with, and what overlaps with it, is found', () => {
  const index = indexOf(['ab', 'abc', 'abcd', 'bcd', 'cde', 'x'].map((literal) => contains(literal)))
  assert.deepEqual(index.of('abcde'), [0, 1, 2, 3, 4])
  assert.deepEqual(index.of('abce'), [0, 1])
})

test('all whose text is there are asked, on 5000 sets of rules', () => {
  const word = fc.string({
    unit: fc.constantFrom('a', 'b', '.', '(', '|', 'ü', '😀'),
    minLength: 1,
    maxLength: 4,
  })
  const spec = fc.oneof(
    { weight: 8, arbitrary: word.map((literal) => contains(literal)) },
    fc.tuple(word, fc.boolean()).map(([literal, ignoreCase]) => contains(literal, ignoreCase)),
    fc.constantFrom('a+b', 'ab|ba', '(?:ü|a)b', 'a.?b', '\\.').map(regex),
  )
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', '(', '|', 'ü', '😀', 'A'), maxLength: 12 })
  let [asked, all] = [0, 0]
  fc.assert(
    fc.property(fc.array(spec, { minLength: 1, maxLength: 12 }), text, (specs, text) => {
      const found = indexOf(specs).of(text)
      const matching = specs.flatMap((spec, item) =>
        compileMatch(spec)({ text, fields: new Map() }) === undefined ? [] : [item],
      )
      assert.deepEqual(
        found.filter((item) => matching.includes(item)),
        matching,
      )
      assert.deepEqual(
        [...found],
        [...new Set(found)].sort((a, b) => a - b),
      )
      asked += found.length
      all += specs.length
    }),
    { numRuns: 5_000 },
  )
  assert.ok(asked < all * 0.7, `${asked} of ${all} were asked`)
})
