import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Output } from '../../src/engine/decision.ts'
import { createEngine, type Engine } from '../../src/engine/engine.ts'
import type { Attempt, Input } from '../../src/engine/input.ts'
import { instant, seconds } from '../../src/engine/time.ts'
import { decisionWord } from '../../src/report/decision-words.ts'
import { start, testEvent, testRule } from './histories.ts'

const second = 1_000_000
const churn = testRule({ name: 'churn', condition: { kind: 'threshold', count: 10, within: seconds(90) } })

/** What came out, as `time: what`, in seconds since the start. */
const shown = (outputs: readonly Output[]): string[] =>
  outputs.map((output) => {
    const time = `${(output.at - start) / second}`
    switch (output.kind) {
      case 'cooldown-end':
        return `${time}: cooldown over, ${output.ignored} ignored`
      case 'closed':
        return `${time}: ${output.recovered ? 'recovered' : `not recovered: ${output.because}`}`
      case 'grace':
        return `${time}: grace for ${output.unit}`
      case 'deaf':
        return `${time}: ${output.rule} is deaf`
      default:
        return `${time}: ${output.rule} ${decisionWord(output)} at ${output.count}`
    }
  })

const feed = (engine: Engine, inputs: readonly Input[]): Output[] =>
  inputs.flatMap((input) => engine.handle(input))

const eventsAt = (...times: readonly number[]): Input[] =>
  times.map((time) => testEvent(start + time * second))

const every = (step: number, count: number, from = 0): number[] =>
  Array.from({ length: count }, (_, index) => from + index * step)

const finish = (outputs: readonly Output[], time: number, result: Attempt['result'] = 'done'): Input[] =>
  outputs.flatMap((output) =>
    output.kind === 'act'
      ? [
          {
            kind: 'outcome',
            at: instant(start + time * second),
            decision: output.id,
            attempts: output.actions.map((action) => ({ action, result })),
          } as const,
        ]
      : [],
  )

describe('a threshold of 10 in 90 s', () => {
  test('acts at the 10th event, not at the 9th', () => {
    const engine = createEngine([churn])
    assert.deepEqual(shown(feed(engine, eventsAt(...every(9, 9)))), [])
    assert.deepEqual(shown(feed(engine, eventsAt(81))), ['81: churn act at 10'])
  })

  test('counts the 10th at exactly 90.000000 s', () => {
    const outputs = feed(createEngine([churn]), eventsAt(...every(10, 10)))
    assert.deepEqual(shown(outputs), ['90: churn act at 10'])
  })

  test('does not count it at 90.000001 s', () => {
    const outputs = feed(createEngine([churn]), eventsAt(...every(10, 9), 90.000001))
    assert.deepEqual(shown(outputs), [])
  })

  test('ten events of one time are enough', () => {
    assert.deepEqual(shown(feed(createEngine([churn]), eventsAt(...every(0, 10)))), ['0: churn act at 10'])
  })

  test('bears its first and last event', () => {
    const [output] = feed(
      createEngine([churn]),
      every(9, 12).map((time) => testEvent(start + time * second, `a at ${time}`)),
    )
    assert.ok(output?.kind === 'act')
    assert.deepEqual(output.first, { at: start, text: 'a at 0', source: 'one', position: `log:${start}` })
    assert.equal(output.last?.text, 'a at 81')
  })

  test('says so when the text of the first event had to be forgotten', () => {
    const [output] = feed(createEngine([churn], { evidenceBytes: 1_000 }), eventsAt(...every(9, 10)))
    assert.ok(output?.kind === 'act')
    assert.deepEqual(output.first, { at: start })
    assert.equal(output.last?.text, 'a')
  })

  test('keeps no texts of events that are too old for any window', () => {
    const engine = createEngine([churn])
    feed(engine, eventsAt(...every(100, 1_000)))
    const { length } = engine.snapshot().evidence.events
    assert.ok(length <= 3, `${length} texts are kept`)
  })
})

test('a silence that was held back is told with the last event before it, however long ago it came', () => {
  const silence = testRule({ name: 'silence', condition: { kind: 'absence', for: seconds(10) } })
  const other = testRule({
    name: 'other',
    match: { kind: 'contains', literal: 'b', ignoreCase: false },
    actions: [{ kind: 'unit', verb: 'restart', unit: 'other.service' }],
  })
  const engine = createEngine([silence, other])
  const until = instant(start + 2_000 * second)
  const outputs = feed(engine, [
    testEvent(start, 'a at last'),
    { kind: 'pause', subject: 'silence', at: instant(start + second), until },
    ...every(100, 25, 100).map((time) => testEvent(start + time * second, 'b')),
  ])
  assert.deepEqual(shown(outputs), ['10: silence paused at 0', '2000: silence act at 0'])
  const acted = outputs.at(-1)
  assert.equal(acted?.kind === 'act' && acted.last?.text, 'a at last')
})

describe('a cooldown of 30 s', () => {
  const acted = () => {
    const engine = createEngine([churn])
    return { engine, outputs: feed(engine, eventsAt(...every(1, 10))) }
  }

  test('ignores events until its end, then the key starts again from nothing', () => {
    const { engine, outputs } = acted()
    feed(engine, finish(outputs, 10))
    assert.deepEqual(shown(feed(engine, eventsAt(...every(1, 29, 10), 38.999999))), [])
    const later = feed(engine, eventsAt(39, ...every(1, 9, 40)))
    assert.deepEqual(shown(later), ['39: cooldown over, 30 ignored', '48: churn act at 10'])
  })

  test('lasts until the job has ended', () => {
    const { engine, outputs } = acted()
    assert.deepEqual(shown(feed(engine, eventsAt(...every(1, 20, 50)))), [])
    assert.equal(engine.nextDeadline(), undefined)
    const after = feed(engine, finish(outputs, 70))
    assert.deepEqual(shown(after), ['70: cooldown over, 20 ignored'])
    assert.deepEqual(shown(feed(engine, eventsAt(...every(0, 10, 70)))), ['70: churn act at 10'])
  })

  test('a job that failed cools down like any other', () => {
    const { engine, outputs } = acted()
    feed(engine, finish(outputs, 10, 'failed'))
    assert.equal(engine.nextDeadline(), start + 39 * second)
  })

  test('an event that is read late belongs to the cooldown of its own time', () => {
    const { engine, outputs } = acted()
    feed(engine, [...finish(outputs, 10), { kind: 'tick', at: instant(start + 40 * second) }])
    feed(engine, eventsAt(...every(0, 10, 38.9)))
    assert.equal(engine.status().rules[0]?.ignored, 10)
  })

  test('ends at a tick of its deadline', () => {
    const { engine, outputs } = acted()
    feed(engine, finish(outputs, 10))
    const at = engine.nextDeadline()
    assert.ok(at !== undefined)
    assert.deepEqual(shown(engine.handle({ kind: 'tick', at })), ['39: cooldown over, 0 ignored'])
    assert.equal(engine.nextDeadline(), undefined)
  })
})

describe('rules that act upon one unit', () => {
  const strict = testRule({ name: 'strict', condition: { kind: 'threshold', count: 5, within: seconds(90) } })

  test('share its cooldown, and start again from nothing together', () => {
    const engine = createEngine([strict, churn])
    const first = feed(engine, eventsAt(...every(1, 9)))
    assert.deepEqual(shown(first), ['4: strict act at 5'])
    feed(engine, finish(first, 5))
    const later = feed(engine, eventsAt(...every(1, 9, 34)))
    assert.deepEqual(shown(later), ['34: cooldown over, 8 ignored', '38: strict act at 5'])
  })

  test('a rule for another unit goes on', () => {
    const other = testRule({
      name: 'other',
      actions: [{ kind: 'unit', verb: 'restart', unit: 'other.service' }],
    })
    const outputs = feed(createEngine([testRule({ name: 'one' }), other]), eventsAt(0, 1, 2))
    assert.deepEqual(shown(outputs), ['2: one act at 3', '2: other act at 3'])
  })

  test('a simulated action holds back no real one', () => {
    const rules = [testRule({ name: 'trial', mode: 'simulate' }), testRule({ name: 'real' })]
    assert.deepEqual(shown(feed(createEngine(rules), eventsAt(0, 1, 2))), [
      '2: trial dry-run at 3',
      '2: real act at 3',
    ])
  })
})

test('an average that rises because an old value leaves its span is acted upon at the time of that', () => {
  const slow = testRule({
    name: 'slow',
    condition: { kind: 'aggregate', field: 'ms', fn: 'avg', above: 4, within: seconds(10), min: 1 },
    cooldown: seconds(5),
  })
  const took = (time: number, ms: string) =>
    testEvent(start + time * second, 'a', { fields: new Map([['ms', ms]]) })
  const outputs = feed(createEngine([slow]), [took(0, '1'), took(2, '5'), took(11, '?')])
  assert.deepEqual(shown(outputs), ['11: slow act at 1'])
})

describe('a unit that an administrator stopped', () => {
  const observe = (stopped: boolean, time: number): Input => ({
    kind: 'unit',
    at: instant(start + time * second),
    unit: 'site.service',
    stopped,
    running: !stopped,
  })

  test('stays stopped, is told of once, and is restarted when it runs again', () => {
    const engine = createEngine([testRule({ name: 'churn' })])
    const outputs = feed(engine, [
      observe(true, 0),
      ...eventsAt(1, 2, 3, 4, 5),
      observe(false, 6),
      ...eventsAt(7),
    ])
    assert.deepEqual(shown(outputs), ['3: churn stopped at 3', '7: churn act at 3'])
  })

  test('is told of again when the condition came true anew', () => {
    const engine = createEngine([testRule({ name: 'churn' })])
    const outputs = feed(engine, [observe(true, 0), ...eventsAt(1, 2, 3, 200, 201, 202)])
    assert.deepEqual(shown(outputs), ['3: churn stopped at 3', '202: churn stopped at 3'])
  })

  test('found stopped only when it was to be restarted, leaves no cooldown', () => {
    const engine = createEngine([testRule({ name: 'churn' })])
    const outputs = feed(engine, eventsAt(1, 2, 3))
    const found = feed(engine, finish(outputs, 4, 'stopped'))
    assert.deepEqual(shown(found), ['3: churn stopped at 3', '4: cooldown over, 0 ignored'])
    assert.deepEqual(shown(feed(engine, eventsAt(5, 6, 7))), ['7: churn act at 3'])
  })
})

describe('keys', () => {
  const byWorker = testRule({
    name: 'churn',
    groupBy: ['worker'],
    actions: [{ kind: 'command', argv: ['/bin/true'], timeout: seconds(1) }],
  })
  const of = (worker: string, time: number) =>
    testEvent(start + time * second, 'a', { fields: new Map([['worker', worker]]) })

  test('have windows and, in a rule of commands, cooldowns of their own', () => {
    const engine = createEngine([byWorker])
    const outputs = feed(engine, [
      of('1', 0),
      of('2', 0),
      of('1', 1),
      of('1', 2),
      of('2', 3),
      of('1', 4),
      of('2', 5),
    ])
    assert.deepEqual(shown(outputs), ['2: churn act at 3', '5: churn act at 3'])
  })

  test('the one longest unused goes first, and is counted', () => {
    const engine = createEngine([{ ...byWorker, maxKeys: 2 }])
    feed(engine, [of('1', 0), of('1', 1), of('2', 2), of('1', 3)])
    const outputs = feed(engine, [of('3', 4), of('2', 5), of('2', 6), of('3', 7), of('2', 8)])
    assert.equal(engine.status().rules[0]?.evicted, 2)
    assert.equal(engine.status().rules[0]?.keys, 2)
    assert.deepEqual(shown(outputs), ['8: churn act at 3'])
  })

  describe('that can no longer matter are forgotten, and not counted as gone', () => {
    const pairs = testRule({
      name: 'pairs',
      groupBy: ['worker'],
      condition: { kind: 'threshold', count: 2, within: seconds(5) },
      cooldown: seconds(1),
      grace: seconds(0),
    })
    const keysOf = (engine: Engine) => {
      const [rule] = engine.status().rules
      return [rule?.keys, rule?.evicted]
    }

    test('once their events are too old', () => {
      const engine = createEngine([pairs])
      feed(engine, [of('1', 0), of('2', 1), of('3', 7)])
      assert.deepEqual(keysOf(engine), [3, 0])
      feed(engine, [of('4', 8)])
      assert.deepEqual(keysOf(engine), [3, 0], 'the first is too old for any event that is not too late')
      feed(engine, [of('5', 100)])
      assert.deepEqual(keysOf(engine), [2, 0], 'two at a time')
    })

    test('not before events that come late have come', () => {
      const engine = createEngine([{ ...pairs, lateness: seconds(10) }])
      const outputs = feed(engine, [of('1', 0), of('2', 11), of('3', 11), of('1', 4)])
      assert.deepEqual(shown(outputs), ['4: pairs act at 2'])
    })

    test('not while the worth of an action is judged', () => {
      const engine = createEngine([{ ...pairs, verify: { within: seconds(60), otherwise: [] } }])
      const acted = feed(engine, [of('1', 0), of('1', 1)])
      feed(engine, finish(acted, 2))
      const outputs = feed(engine, [of('2', 30), of('3', 31), of('1', 40), of('1', 41)])
      assert.ok(shown(outputs).includes('41: not recovered: condition'), shown(outputs).join())
    })

    test('not before it has been quiet after a trigger', () => {
      const engine = createEngine([{ ...pairs, clear: { count: 0, within: seconds(60) } }])
      const acted = feed(engine, [of('1', 0), of('1', 1)])
      feed(engine, finish(acted, 2))
      const outputs = feed(engine, [of('2', 30), of('3', 31), of('1', 40), of('1', 41)])
      assert.deepEqual(shown(outputs), [])
    })

    test('not while an action for them is under way', () => {
      const engine = createEngine([{ ...pairs, verify: { within: seconds(60), otherwise: [] } }])
      const acted = feed(engine, [of('1', 0), of('1', 1)])
      feed(engine, [of('2', 30), of('3', 31)])
      feed(engine, finish(acted, 32))
      const outputs = feed(engine, [of('1', 40), of('1', 41)])
      assert.ok(shown(outputs).includes('41: not recovered: condition'), shown(outputs).join())
    })
  })

  test('a repeated field counts by its first value, a missing one as empty', () => {
    const engine = createEngine([byWorker])
    const repeated = testEvent(start, 'a', { fields: new Map([['worker', ['1', '2']]]) })
    const [output] = feed(engine, [repeated, of('1', 1), of('1', 2)])
    assert.ok(output?.kind === 'act')
    assert.deepEqual([...output.key], [['worker', '1']])
    const [missing] = feed(engine, eventsAt(0, 0, 0))
    assert.ok(missing?.kind === 'act')
    assert.deepEqual([...missing.key], [['worker', '']])
  })
})

describe('a restart by somebody else', () => {
  const restarted = (time: number): Input => ({
    kind: 'unit',
    at: instant(start + time * second),
    unit: 'site.service',
    stopped: false,
    running: true,
    disturbedAt: instant(start + time * second),
  })

  test('is followed by its grace, in which events do not count', () => {
    const engine = createEngine([testRule({ name: 'churn', grace: seconds(10) })])
    const outputs = feed(engine, [
      ...eventsAt(1, 2),
      restarted(3),
      ...eventsAt(4, 5, 6, 12.999999, 13, 14, 15),
    ])
    assert.deepEqual(shown(outputs), ['3: grace for site.service', '15: churn act at 3'])
    assert.equal(engine.status().rules[0]?.ignored, 4)
  })

  test('is not seen in our own one, whatever the mode of the rules', () => {
    const engine = createEngine([testRule({ name: 'churn' }), testRule({ name: 'trial', mode: 'simulate' })])
    const outputs = feed(engine, eventsAt(1, 2, 3))
    assert.deepEqual(shown(feed(engine, [restarted(3.5), ...finish(outputs, 4), restarted(3.9)])), [])
  })
})
