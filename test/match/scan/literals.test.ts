import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compileMatch } from '../../../src/match/compile-match.ts'
import type { MatchSpec } from '../../../src/match/match-spec.ts'
import { literalsOf, literalsOfAll } from '../../../src/match/scan/literals.ts'

const contains = (literal: string): MatchSpec => ({ kind: 'contains', literal, ignoreCase: false })
const regex = (pattern: string): MatchSpec => ({ kind: 'regex', pattern, ignoreCase: false })

for (const [pattern, literals] of [
  ['worker (?P<pid>\\d+) has exited', [' has exited']],
  ['^FastCGI: manager \\(pid \\d+\\): server', ['FastCGI: manager (pid ']],
  ['abc?de', ['ab']],
  ['ab+cd', ['bcd']],
  ['a{3}bcd', ['abcd']],
  ['(?:connection refused|timed out) by peer', ['connection refused', 'timed out']],
  ['(error|fatal): x', ['error', 'fatal']],
  ['(a|b)?longer', ['longer']],
  ['x(yz)*', ['x']],
  ['[abc]def[^]x]gh', ['def']],
  ['[[:alpha:]]+ killed', [' killed']],
  ['\\bout of memory\\b', ['out of memory']],
  ['a\\.b\\/c', ['a.b/c']],
  ['füßé \\d', ['füßé ']],
  ['.*', undefined],
  ['\\d+', undefined],
  ['(a|)', undefined],
  ['a|\\d', undefined],
  ['(?i)error', undefined],
  ['(?i:error) x', undefined],
  ['\\Qa.b\\E', undefined],
  ['x{0}', undefined],
  ['\\pLetter', undefined],
] as const) {
  test(`${pattern} needs ${literals?.join(' or ') ?? 'nothing that is known'}`, () => {
    assert.deepEqual(literalsOf(regex(pattern)), literals)
  })
}

test('of several conditions the longest literal, of alternatives all', () => {
  assert.deepEqual(literalsOf({ kind: 'all', of: [contains('ab'), contains('abcd'), regex('\\d')] }), [
    'abcd',
  ])
  assert.deepEqual(literalsOf({ kind: 'any', of: [contains('ab'), regex('x(?P<y>\\d)')] }), ['ab', 'x'])
  assert.equal(literalsOf({ kind: 'any', of: [contains('ab'), regex('\\d')] }), undefined)
  assert.deepEqual(literalsOf({ kind: 'all', of: [{ kind: 'not', of: contains('ab') }, contains('cd')] }), [
    'cd',
  ])
  assert.equal(literalsOf({ kind: 'not', of: contains('ab') }), undefined)
  assert.deepEqual(literalsOfAll([contains('a'), contains('b'), contains('a')]), ['a', 'b'])
})

test('what cannot be looked for in bytes: case, line ends, no character at all', () => {
  assert.equal(literalsOf({ kind: 'contains', literal: 'a', ignoreCase: true }), undefined)
  for (const literal of ['', 'a\nb', '\uFFFD', 'x\uD800'])
    assert.equal(literalsOf(contains(literal)), undefined)
})

/** Patterns of everything that there is, of few letters. */
const atom = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'ab') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '.',
      '\\.',
      '\\d',
      '[ab]',
      '[^a]',
      '^',
      '$',
      '\\b',
      '{',
      'a{,2}',
      '\\x61',
      '(?i)a',
      '[]a]',
      '[[:digit:]]',
    ),
  },
)
const repeat = fc.constantFrom('', '', '', '', '', '*', '+', '?', '{2}', '{0,1}', '{1,}', '*?', '+?')
const pattern = fc.letrec<{ part: string; sequence: string; alternatives: string }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 2, depthIdentifier: 'group' },
    atom,
    atom,
    fc
      .tuple(fc.constantFrom('(', '(?:', '(?P<name>'), tie('alternatives'))
      .map(([open, inner]) => `${open}${inner})`),
  ),
  sequence: fc
    .array(fc.tuple(tie('part'), repeat), { minLength: 1, maxLength: 3 })
    .map((parts) => parts.map(([part, times]) => part + times).join('')),
  alternatives: fc
    .oneof(
      { weight: 3, arbitrary: fc.tuple(tie('sequence')) },
      { weight: 1, arbitrary: fc.array(tie('sequence'), { minLength: 2, maxLength: 3 }) },
    )
    .map((all) => all.join('|')),
})).alternatives
const text = fc.string({ unit: fc.constantFrom('a', 'a', 'b', 'b', '1', '.'), maxLength: 8 })

test('a text that a pattern matches holds one of its literals, on 10000 patterns', () => {
  let tried = 0
  fc.assert(
    fc.property(pattern, fc.array(text, { minLength: 10, maxLength: 20 }), (source, texts) => {
      const literals = literalsOf(regex(source))
      if (literals === undefined || !isPattern(source)) return
      const matches = compileMatch(regex(source))
      for (const one of texts) {
        if (matches({ text: one, fields: new Map() }) === undefined) continue
        tried++
        assert.ok(
          literals.some((literal) => one.includes(literal)),
          `${source} matches ${one} without ${literals.join()}`,
        )
      }
    }),
    { numRuns: 10_000 },
  )
  assert.ok(tried > 10_000, `only ${tried} matches`)
})

/** What is none is refused with the rule file. */
function isPattern(source: string): boolean {
  try {
    compileMatch(regex(source))
    return true
  } catch {
    return false
  }
}
