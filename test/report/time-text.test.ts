import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '../../src/engine/time.ts'
import { isoTime, spanText } from '../../src/report/time-text.ts'

test('times have six decimals and are UTC', () => {
  assert.equal(isoTime(instant(1_778_987_564_123_456)), '2026-05-17T03:12:44.123456Z')
  assert.equal(isoTime(instant(0)), '1970-01-01T00:00:00.000000Z')
  assert.equal(isoTime(instant(-1)), '1969-12-31T23:59:59.999999Z')
})

test('spans read like those of the rule file', () => {
  assert.equal(spanText(0), '0s')
  assert.equal(spanText(81_000_000), '1min 21s')
  assert.equal(spanText(81_500_400), '1min 21.5s')
  assert.equal(spanText(90_061_000_000), '1d 1h 1min 1s')
  assert.equal(spanText(59_999_900), '1min')
})
