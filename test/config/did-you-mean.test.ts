import assert from 'node:assert/strict'
import { test } from 'node:test'
import { didYouMean, editDistance } from '../../src/config/did-you-mean.ts'

test('counts insertions, deletions, substitutions and swaps', () => {
  assert.equal(editDistance('restart', 'restart'), 0)
  assert.equal(editDistance('restrat', 'restart'), 1)
  assert.equal(editDistance('regexp', 'regex'), 1)
  assert.equal(editDistance('', 'abc'), 3)
  assert.equal(editDistance('kitten', 'sitting'), 3)
})

test('names the nearest word, and none where none is near', () => {
  assert.equal(didYouMean('restrat', ['start', 'restart']), 'restart')
  assert.equal(didYouMean('banana', ['start', 'restart']), undefined)
})
