import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BusValue } from '../../../src/platform/bus/message.ts'
import { typeProperties } from '../../../src/platform/systemd/type-properties.ts'

const infinity = 2n ** 64n - 1n

const limits: [properties: Record<string, BusValue>, jobTimeoutMs: number][] = [
  [{ TimeoutStartUSec: 90_000_000n, TimeoutStopUSec: 10_000_000n }, 110_000],
  [{ TimeoutStartUSec: infinity, TimeoutStopUSec: 10_000_000n }, 320_000],
  [{ TimeoutUSec: 1_000_000n }, 3_000],
  [{}, 900_000],
]
for (const [properties, jobTimeoutMs] of limits) {
  test(`a job may take ${jobTimeoutMs} ms`, () => {
    assert.equal(typeProperties(new Map(Object.entries(properties))).jobTimeoutMs, jobTimeoutMs)
  })
}

test('the result of the unit is read where there is one', () => {
  assert.equal(typeProperties(new Map([['Result', 'start-limit-hit']])).result, 'start-limit-hit')
  assert.equal(typeProperties(new Map()).result, '')
})

test('the control group is read where the unit runs', () => {
  const group = '/system.slice/site.service'
  assert.equal(typeProperties(new Map([['ControlGroup', group]])).controlGroup, group)
  assert.equal(typeProperties(new Map()).controlGroup, '')
})
