import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseDuration } from '../../src/config/duration.ts'
import { Mistake } from '../../src/config/mistake.ts'
import { spanText } from '../../src/report/time-text.ts'

test('spans are those of systemd', () => {
  assert.equal(parseDuration('90s'), 90_000_000)
  assert.equal(parseDuration('1min 30s'), 90_000_000)
  assert.equal(parseDuration('1h30m'), 5_400_000_000)
  assert.equal(parseDuration('2 hours'), 7_200_000_000)
  assert.equal(parseDuration('1.5s'), 1_500_000)
  assert.equal(parseDuration('10us'), 10)
  assert.equal(parseDuration('1M'), 2_629_800_000_000)
})

test('what is no span is told of', () => {
  for (const text of ['', '90', '-5s', '+5s', 's', '5x', '1:30', '5s x', '1e3s', '0x10s', '101y']) {
    assert.ok(parseDuration(text) instanceof Mistake, text)
  }
})

test('a span that is written out is read back', () => {
  fc.assert(
    fc.property(fc.nat(1_000_000_000), (milliseconds) => {
      assert.equal(parseDuration(spanText(milliseconds * 1_000)), milliseconds * 1_000)
    }),
  )
})
