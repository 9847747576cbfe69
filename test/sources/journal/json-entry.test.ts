import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseJournalJson } from '../../../src/sources/journal/json-entry.ts'

const line = (fields: object): string =>
  JSON.stringify({ __CURSOR: 's=1', __REALTIME_TIMESTAMP: '1779000000000000', ...fields })

test('values are texts, bytes, lists of either, or left out where they were too large', () => {
  const entry = parseJournalJson(
    line({ MESSAGE: [104, 105, 255], A: ['x', [121]], B: null, C: [], D: [[122]], _PID: '7' }),
  )
  assert.deepEqual(
    [...(entry?.fields ?? [])],
    [
      ['MESSAGE', 'hi\ufffd'],
      ['A', ['x', 'y']],
      ['C', ''],
      ['D', 'z'],
      ['_PID', '7'],
    ],
  )
})

test('what is no entry is none', () => {
  for (const text of [
    '',
    '[]',
    'null',
    '{',
    '{}',
    line({ __REALTIME_TIMESTAMP: 'yesterday' }),
    line({ __REALTIME_TIMESTAMP: -1 }),
  ]) {
    assert.equal(parseJournalJson(text), undefined, text)
  }
})

test('a key that would change an object is a field like any other', () => {
  const entry = parseJournalJson('{"__REALTIME_TIMESTAMP":"1","constructor":"x","MESSAGE":"y"}')
  assert.equal(entry?.fields.get('MESSAGE'), 'y')
})
