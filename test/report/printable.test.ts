import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { printable } from '../../src/report/printable.ts'

test('escape sequences of a log line do not reach the terminal', () => {
  assert.equal(
    printable('\x1b[2Jgone\x07\nroot# \u202egnp.exe\x9b1m'),
    '\\x1b[2Jgone\\x07\\x0aroot# \\u202egnp.exe\\x9b1m',
  )
})

test('letters of every script stay as they are', () => {
  assert.equal(printable('größer, 数, 👍, \\x1b'), 'größer, 数, 👍, \\x1b')
})

test('whatever the text, it is one line without control characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.doesNotMatch(printable(text), /\p{Cc}/u)
    }),
  )
})

test('a long text is cut between characters', () => {
  assert.equal(printable('ab👍c', 3), 'ab…')
})
