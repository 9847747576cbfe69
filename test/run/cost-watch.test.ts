import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RuleStatus } from '../../src/engine/status.ts'
import { seconds } from '../../src/engine/time.ts'
import { CostWatch } from '../../src/run/cost-watch.ts'
import { testRule } from '../engine/histories.ts'

const second = 1_000_000
const rule = testRule({ name: 'dear', cpu: { share: 0.25, per: seconds(10), setAside: false } })
const status = (spent: number, matched = 0): RuleStatus => ({
  rule: 'dear',
  matched,
  ignored: 0,
  late: 0,
  future: 0,
  acted: 0,
  held: 0,
  notRecovered: 0,
  keys: 0,
  evicted: 0,
  spent,
  setAside: false,
})

test('only more than the share counts, over whole periods, and once until it fell below', () => {
  const watch = new CostWatch([rule], 0)
  const shares = (now: number, spent: number) =>
    watch.look(now * second, [status(spent * second)]).map(({ share }) => share)
  assert.deepEqual(shares(9.9, 9), [], 'the period is not over')
  assert.deepEqual(shares(10, 9), [0.9])
  assert.deepEqual(shares(20, 18), [], 'said already')
  assert.deepEqual(shares(30, 20.5), [], 'exactly its share')
  assert.deepEqual(shares(40, 23.1).length, 1, 'above it again')
})

test('an overrun tells the matching events of its period', () => {
  const watch = new CostWatch([rule], 0)
  watch.look(10 * second, [status(0, 5)])
  const [overrun] = watch.look(20 * second, [status(5 * second, 12)])
  assert.equal(overrun?.matched, 7)
})
