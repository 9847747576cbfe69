import assert from 'node:assert/strict'
import { test } from 'node:test'
import { likelyPair, type Pair, rarestPair } from '../../../src/match/scan/rare-bytes.ts'

const bytes = (text: string): Uint8Array => Buffer.from(text)
const letters = (text: string, pair: Pair): string => pair.map((place) => text[place]).join('')

/** How often the two are in `text` at their distance. */
const counting = (literal: string, text: string) => {
  return ([first, second]: Pair) =>
    [...text].filter((char, at) => char === literal[first] && text[at + second - first] === literal[second])
      .length
}

test('where nothing is known of a log, letters that logs seldom have', () => {
  assert.equal(letters('a queue', likelyPair(bytes('a queue'))), 'qu')
  assert.deepEqual(likelyPair(bytes('q')), [0, 0])
})

test('where a word is frequent its letters are not rare, whatever they are elsewhere', () => {
  const literal = 'worker died'
  const log = 'worker 1 ok, a rider, worker 2 ok, dear diary '
  const pair = rarestPair(bytes(literal), counting(literal, log))
  assert.equal(counting(literal, log)(pair), 0)
  assert.ok(counting(literal, log)(likelyPair(bytes(literal))) > 0)
})

test('a literal of one byte, and one that is everywhere', () => {
  assert.deepEqual(
    rarestPair(bytes('x'), () => 7),
    [0, 0],
  )
  const [first, second] = rarestPair(bytes('aaaa'), counting('aaaa', 'aaaaaaaa'))
  assert.ok(first <= second && second < 4)
})
