import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { RE2JS } from 're2js'
import { compileMatch } from '../../src/match/compile-match.ts'
import type { MatchSpec } from '../../src/match/match-spec.ts'
import { searchLimit } from '../../src/match/search-limit.ts'

const on = (spec: MatchSpec, text: string, fields: Record<string, string | string[]> = {}) => {
  const found = compileMatch(spec)({ text, fields: new Map(Object.entries(fields)) })
  return found === undefined ? undefined : Object.fromEntries(found)
}
const contains = (literal: string, ignoreCase = false): MatchSpec => ({
  kind: 'contains',
  literal,
  ignoreCase,
})
const regex = (pattern: string, ignoreCase = false): MatchSpec => ({ kind: 'regex', pattern, ignoreCase })
const equals = (name: string, anyOf: string[], ignoreCase = false): MatchSpec => ({
  kind: 'field',
  name,
  test: { kind: 'equals', anyOf, ignoreCase },
})

test('letters match in upper and lower case only where that is asked for', () => {
  assert.equal(on(contains('Worker'), 'worker exits'), undefined)
  assert.deepEqual(on(contains('Worker', true), 'a wORKER exits'), {})
  assert.equal(on(regex('wor+ker'), 'WORKER'), undefined)
  assert.deepEqual(on(regex('wor+ker', true), 'WORKER'), {})
  assert.equal(on(equals('_COMM', ['php']), '', { _COMM: 'PHP' }), undefined)
  assert.deepEqual(on(equals('_COMM', ['php'], true), '', { _COMM: 'PHP' }), {})
})

test('named groups are captured, an optional one as empty', () => {
  assert.deepEqual(on(regex('worker (?P<number>\\d+)(?P<signal> SIG\\w+)?'), 'worker 12 died'), {
    number: '12',
    signal: '',
  })
})

test('a repeated field matches by any of its values, one that is not there by none', () => {
  assert.deepEqual(on(equals('A', ['2']), '', { A: ['1', '2'] }), {})
  assert.equal(on(equals('A', ['2']), ''), undefined)
  assert.deepEqual(on({ kind: 'not', of: equals('A', ['2']) }, ''), {})
})

test('all gathers what its parts capture, any takes the first that matches', () => {
  const a = regex('a(?P<a>\\d)')
  const b = regex('b(?P<b>\\d)')
  assert.deepEqual(on({ kind: 'all', of: [a, b] }, 'b2 a1'), { a: '1', b: '2' })
  assert.equal(on({ kind: 'all', of: [a, b] }, 'a1'), undefined)
  assert.deepEqual(on({ kind: 'any', of: [a, b] }, 'b2 a1'), { a: '1' })
})

test('a long text is searched by a pattern as far as its limit, and by a plain text to its end', () => {
  const spec = regex('needle')
  const limit = searchLimit(spec)
  assert.ok(limit > 64 * 1_024)
  assert.deepEqual(on(spec, `${'x'.repeat(limit - 6)}needle`), {})
  assert.equal(on(spec, `${'x'.repeat(limit - 5)}needle`), undefined)
  assert.deepEqual(on(contains('needle'), `${'x'.repeat(1 << 20)}needle`), {})
})

test('the limit is shared by the patterns of a match', () => {
  const one = regex('(a|b)+c')
  assert.ok(searchLimit({ kind: 'all', of: [one, one] }) <= searchLimit(one) / 2 + 1)
  assert.equal(searchLimit(contains('x')), Number.POSITIVE_INFINITY)
})

/** Known to stall backtracking engines, or to be slow in automata. */
const catastrophic = [
  ...['(a+)+$', '(a|aa)+$', '^(.*a){10}x', '(x+x+)+y', '([a-z]+)*\\d', '(.*)(.*)(.*)(.*)[0-9]end$'],
  ...['(a?){50}a{50}', '[ab]*a[ab]{12}c', '(?P<a>.*)(?P<b>a.*b)(?P<c>.*)zz$', '(a*)*b(a*)*c(a*)*d'],
  ...['((a|b){1,30}c?){1,20}d', '(\\w+\\s?)+ß$', '\\b(a\\B|b\\b)+$', '(.+)+(.+)+x', '(a{1,100}){1,10}b'],
  ...['(?:[ab]{0,50}a){4}$', '(a.{0,200}b){3}$'],
]
const megabyte = 1 << 20
const hostile = [
  'a'.repeat(megabyte),
  'ab'.repeat(megabyte / 2),
  'a b '.repeat(megabyte / 4),
  'é'.repeat(megabyte),
  Array.from({ length: megabyte }, (_, index) => 'ab'[((index * 2_654_435_761) >>> 13) & 1]).join(''),
]

test('no pattern stalls on any line of 1 MiB', () => {
  for (const pattern of catastrophic) {
    for (const ignoreCase of [false, true]) {
      const match = compileMatch(regex(pattern, ignoreCase))
      for (const text of hostile) {
        const began = performance.now()
        match({ text, fields: new Map() })
        const took = performance.now() - began
        // Ten times what is promised for a quiet machine; test/bench/match.ts prints the figures.
        assert.ok(took < 1_000, `${pattern} took ${took.toFixed(0)} ms on ${text.slice(0, 8)}…`)
      }
    }
  }
})

test('a pattern finds what RE2 finds', () => {
  const piece = fc.constantFrom('a', 'b', '.', '[ab]', '\\w', '^', '$', '\\b', 'ü', '(?P<g>a|b)', '(?:ab)')
  const repeat = fc.constantFrom('', '*', '+', '?', '{2}', '*?')
  const pattern = fc
    .array(fc.tuple(piece, repeat), { minLength: 1, maxLength: 4 })
    .map((parts) =>
      parts.map((part, index) => (part[0].startsWith('(?P') && index > 0 ? 'a' : part.join(''))).join(''),
    )
  fc.assert(
    fc.property(
      pattern,
      fc.string({ unit: fc.constantFrom('a', 'b', 'ü', ' ', '\n'), maxLength: 12 }),
      (source, text) => {
        const matcher = RE2JS.compile(source).matcher(text)
        const expected = matcher.find()
          ? source.includes('(?P')
            ? { g: matcher.group('g') ?? '' }
            : {}
          : undefined
        assert.deepEqual(on(regex(source), text), expected)
      },
    ),
    { numRuns: 5_000 },
  )
})
