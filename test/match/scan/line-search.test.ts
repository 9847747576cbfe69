import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LineSearch } from '../../../src/match/scan/line-search.ts'

interface Found {
  readonly start: number
  readonly end: number
}

/** Every line of `text` that holds a literal, from `from` to `end`. */
function search(literals: readonly string[], text: string, from = 0, end = text.length) {
  const lines = new LineSearch(
    literals.map((literal) => Buffer.from(literal, 'latin1')),
    Math.max(text.length, 1),
  )
  Buffer.from(text, 'latin1').copy(lines.room)
  const found: Found[] = []
  let at = from
  while (at < end && lines.find(at, end)) {
    found.push({ start: lines.lineStart, end: lines.lineEnd })
    at = lines.lineEnd + 1
  }
  return { found, newlines: lines.countNewlines(from, end), next: lines.nextNewline(from, end) }
}

/** The same by splitting, without a thought for speed. */
function model(literals: readonly string[], text: string, from: number, end: number) {
  const found: Found[] = []
  let start = from
  const parts = text.slice(from, end).split('\n')
  for (const line of parts) {
    if (literals.some((literal) => line.includes(literal))) found.push({ start, end: start + line.length })
    start += line.length + 1
  }
  const next = text.slice(from, end).indexOf('\n')
  return { found, newlines: parts.length - 1, next: next < 0 ? end : from + next }
}

/** Few different letters, so that nearly everything nearly matches. */
const letters = fc.constantFrom('a', 'b', 'A', '\x80', '\xff', 'q')
const literal = fc.string({ unit: letters, minLength: 1, maxLength: 6 })
const text = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: fc.string({ unit: letters, maxLength: 40 }) },
      fc.constant('x'.repeat(300)),
    ),
    {
      maxLength: 20,
    },
  )
  .map((lines) => lines.join('\n'))

for (const [name, literals] of [
  ['one literal', fc.array(literal, { minLength: 1, maxLength: 1 })],
  ['a few literals', fc.array(literal, { minLength: 2, maxLength: 12 })],
  ['many literals', fc.array(literal, { minLength: 13, maxLength: 100 })],
  ['no literal', fc.constant([])],
] as const) {
  test(`${name}: the lines that splitting and looking finds`, () => {
    let count = 0
    fc.assert(
      fc.property(literals, text, fc.nat(), fc.nat(), (wanted, bytes, skipped, cut) => {
        // Starts at the start of a line, and ends anywhere.
        const starts = [0, ...[...bytes.matchAll(/\n/g)].map(({ index }) => index + 1)]
        const from = starts[skipped % starts.length] ?? 0
        const end = from + (cut % (bytes.length - from + 1))
        assert.deepEqual(search(wanted, bytes, from, end), model(wanted, bytes, from, end))
        count += search(wanted, bytes).found.length
      }),
      { numRuns: 3_000 },
    )
    assert.ok(name === 'no literal' || count > 1_000, `only ${count} finds`)
  })
}

test('a literal at the very start and the very end of the room', () => {
  assert.deepEqual(search(['ab'], 'ab').found, [{ start: 0, end: 2 }])
  assert.deepEqual(search(['ab', 'cd', 'e'], 'xx\ncd\ne').found, [
    { start: 3, end: 5 },
    { start: 6, end: 7 },
  ])
  assert.deepEqual(search(['abc'], 'ab').found, [])
  assert.deepEqual(search(['longer than the room', 'x'], 'x').found, [{ start: 0, end: 1 }])
})

test('one literal in long texts, looked for by what is rare in them', () => {
  const word = fc.constantFrom('worker ', 'work ', 'wk', 'kw', 'exited ', 'w..k ', '\n')
  const long = fc
    .array(word, { minLength: 300, maxLength: 300 })
    .map((words) => words.join('').repeat(60).slice(0, 80_000))
  let count = 0
  fc.assert(
    fc.property(
      fc.constantFrom('worker exited', 'wk', 'k', 'kwkw', 'worker work wk\n'.trim()),
      long,
      (wanted, bytes) => {
        const expected = model([wanted], bytes, 0, bytes.length)
        assert.deepEqual(search([wanted], bytes), expected)
        count += expected.found.length
      },
    ),
    { numRuns: 40 },
  )
  assert.ok(count > 1_000, `only ${count} finds`)
})
