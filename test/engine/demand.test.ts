import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createEngine } from '../../src/engine/engine.ts'
import type { Input } from '../../src/engine/input.ts'
import { instant, seconds } from '../../src/engine/time.ts'
import { decisionWord } from '../../src/report/decision-words.ts'
import { start, testEvent, testRule } from './histories.ts'

const at = (time: number) => instant(start + time * 1_000_000)
const demand = (time: number, subject: string, ...key: string[]): Input => ({
  kind: 'act',
  at: at(time),
  subject,
  key,
  by: 'alice',
})

test('what an operator demands is decided by the policy, like a trigger', () => {
  const budget = { actions: 2, per: seconds(1_000), escalation: [] }
  const engine = createEngine([
    testRule({ name: 'one', cooldown: seconds(10), budget }),
    testRule({ name: 'keyed', groupBy: ['worker'], actions: [], cooldown: seconds(10) }),
  ])
  const told: string[] = []
  const handle = (input: Input): void => {
    for (const output of engine.handle(input)) {
      if (output.kind !== 'act' && output.kind !== 'hold') continue
      told.push(`${(output.at - start) / 1e6} ${output.rule} ${decisionWord(output)} ${output.by}`)
      if (output.kind === 'act') handle({ kind: 'outcome', at: output.at, decision: output.id, attempts: [] })
    }
  }
  handle(testEvent(at(0)))
  for (const input of [
    demand(1, 'one'),
    // Asked twice, answered twice.
    demand(2, 'one'),
    demand(3, 'one'),
    demand(20, 'one'),
    demand(40, 'one'),
    demand(41, 'keyed', 'a'),
    demand(42, 'keyed', 'b'),
    // Neither a rule nor a key.
    demand(43, 'nothing'),
    demand(43, 'keyed'),
  ])
    handle(input)
  assert.deepEqual(told, [
    '1 one act alice',
    '2 one cooldown alice',
    '3 one cooldown alice',
    '20 one act alice',
    '40 one budget alice',
    '41 keyed act alice',
    '42 keyed act alice',
  ])
})

test('a look at the engine shows windows, cooldowns and pauses as they are, and changes nothing', () => {
  const engine = createEngine([testRule({ name: 'one', cooldown: seconds(10) })])
  for (const time of [0, 1]) engine.handle(testEvent(at(time)))
  engine.handle({ kind: 'pause', at: at(2), subject: 'site.service', until: at(60) })
  const before = engine.snapshot()
  const { rules, targets, pauses } = engine.inspect(5)
  assert.deepEqual(engine.snapshot(), before)
  assert.deepEqual(rules[0]?.windows, [{ key: {}, count: 2, first: at(0), last: at(1) }])
  assert.deepEqual(pauses, [{ subject: 'site.service', until: at(60) }])
  assert.deepEqual(
    targets.map(({ unit, cooldown }) => [unit, cooldown]),
    [['site.service', undefined]],
  )
  engine.handle({ kind: 'tick', at: at(200) })
  const later = engine.inspect(5)
  assert.deepEqual([later.rules[0]?.windows[0]?.count, later.pauses], [0, []])
  engine.handle(demand(201, 'one'))
  assert.deepEqual(engine.inspect(5).targets[0]?.cooldown, { until: at(211), acting: true, ignored: 0 })
})
