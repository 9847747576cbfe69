import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createEngine } from '../../src/engine/engine.ts'
import { instant } from '../../src/engine/time.ts'
import { start, testEvent, testRule } from './histories.ts'

const second = 1_000_000
const rules = ['first', 'second'].map((name) => testRule({ name, actions: [] }))

test('the time between two readings of the stopwatch is that of the rule between them', () => {
  // One reading at the event, one after each rule: 5 µs for the first, 11 µs for the second.
  const steps = [0, 5, 11]
  let readings = 0
  let time = 0
  const stopwatch = (): number => {
    time += steps[readings++ % steps.length] ?? 0
    return time
  }
  const engine = createEngine(rules, { measuring: { stopwatch, every: 2 } })
  for (let index = 0; index < 10; index++) engine.handle(testEvent(start + index * second, 'b'))
  assert.equal(readings, 15, 'every second event is timed')
  assert.deepEqual(
    engine.status().rules.map(({ spent }) => spent),
    [50, 110],
  )
})

test('a rule that is set aside sees no events until it is resumed, and then starts again from nothing', () => {
  const engine = createEngine(rules)
  const decided: string[] = []
  const order = (kind: 'set-aside' | 'resume', at: number): void => {
    engine.handle({ kind, at: instant(start + at * second), subject: 'first' })
  }
  const event = (at: number): void => {
    for (const output of engine.handle(testEvent(start + at * second)))
      if (output.kind === 'act') decided.push(output.rule)
  }
  event(0)
  order('set-aside', 1)
  for (const at of [2, 3]) event(at)
  assert.deepEqual(decided, ['second'])
  assert.deepEqual(
    engine.status().rules.map(({ matched, setAside }) => ({ matched, setAside })),
    [
      { matched: 1, setAside: true },
      { matched: 3, setAside: false },
    ],
  )
  order('resume', 4)
  event(5)
  event(6)
  assert.deepEqual(decided, ['second'])
  event(7)
  assert.deepEqual(decided, ['second', 'first', 'second'].slice(0, decided.length))
  assert.ok(decided.includes('first'))
})
