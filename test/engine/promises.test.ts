/** The promises of the engine, each with a history that breaks a naive implementation, which the title names. */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Output } from '../../src/engine/decision.ts'
import { createEngine, type Engine } from '../../src/engine/engine.ts'
import type { Attempt, Input } from '../../src/engine/input.ts'
import type { Rule } from '../../src/engine/rule.ts'
import { instant, microseconds, seconds } from '../../src/engine/time.ts'
import { decisionWord } from '../../src/report/decision-words.ts'
import { start, testEvent, testRule } from './histories.ts'

const at = (time: number) => instant(start + Math.round(time * 1_000_000))
const line = (time: number, text = 'a', more = {}): Input => testEvent(at(time), text, more)
const lines = (...times: number[]): Input[] => times.map((time) => line(time))
const every = (step: number, count: number, from = 0): number[] =>
  Array.from({ length: count }, (_, index) => from + index * step)
const tick = (time: number): Input => ({ kind: 'tick', at: at(time) })
/** A reading of the machine's clock. */
const clock = (time: number): Input => ({
  kind: 'tick',
  at: at(time),
  monotonic: { boot: 'now', at: microseconds(time * 1_000_000) },
})
const unit = (time: number, more: Partial<Extract<Input, { kind: 'unit' }>> = {}): Input => ({
  kind: 'unit',
  at: at(time),
  unit: 'site.service',
  stopped: false,
  running: true,
  ...more,
})
const churn = (more: Partial<Rule> = {}): Rule =>
  testRule({ name: 'churn', condition: { kind: 'threshold', count: 10, within: seconds(90) }, ...more })
const quick = (more: Partial<Rule> = {}): Rule => testRule({ name: 'quick', cooldown: seconds(10), ...more })

const shown = (output: Output): string => {
  const time = (output.at - start) / 1_000_000
  switch (output.kind) {
    case 'act':
    case 'hold':
      return `${time} ${output.rule}: ${decisionWord(output)}${output.incomplete ? ', incomplete' : ''}`
    case 'closed':
      return `${time} ${output.decision.rule}: ${output.recovered ? 'recovered' : `not recovered (${output.because})`}`
    case 'deaf':
      return `${time} ${output.rule}: deaf`
    default:
      return ''
  }
}

/** Plays the inputs; every action ends at once unless told otherwise. */
function play(
  engine: Engine,
  inputs: readonly Input[],
  result: Attempt['result'] | 'never' = 'done',
): string[] {
  const told: string[] = []
  const handle = (input: Input): void => {
    for (const output of engine.handle(input)) {
      told.push(shown(output))
      if (output.kind !== 'act' || result === 'never') continue
      const attempts = output.actions.map((action) => ({ action, result }))
      handle({ kind: 'outcome', at: output.at, decision: output.id, attempts })
    }
  }
  for (const input of inputs) handle(input)
  return told.filter((text) => text !== '')
}

interface Case {
  readonly naive: string
  readonly rules: readonly Rule[]
  readonly inputs: readonly Input[]
  readonly told: readonly string[]
  readonly result?: Attempt['result'] | 'never'
}

const promises: Readonly<Record<string, readonly Case[]>> = {
  '1. exact sliding windows': [
    {
      naive: 'fixed windows of 90 s let 18 through',
      rules: [churn()],
      inputs: lines(...every(1, 9, 80), ...every(1, 9, 90)),
      told: ['90 churn: act'],
    },
    {
      naive: 'a leaky bucket of 10 that drains one in 9 s fills late',
      rules: [churn()],
      inputs: lines(...every(8, 10)),
      told: ['72 churn: act'],
    },
    {
      naive: 'a rate that is extrapolated from 3 events of a second',
      rules: [churn()],
      inputs: lines(0, 0.3, 0.6, 60),
      told: [],
    },
    {
      naive: 'a comparison that leaves out the end of the span',
      rules: [churn()],
      inputs: lines(...every(10, 10)),
      told: ['90 churn: act'],
    },
    {
      naive: 'a count that is taken when a timer fires',
      rules: [churn()],
      inputs: [...lines(...every(10, 9)), tick(89), line(90.000001)],
      told: [],
    },
  ],
  '2. the cooldown runs until its time has passed and the job has ended': [
    {
      naive: 'a cooldown that starts at the first event after the action',
      rules: [quick()],
      inputs: lines(0, 1, 2, 11.9, 12, 13, 14),
      told: ['2 quick: act', '14 quick: act'],
    },
    {
      naive: 'a cooldown by time alone acts while the job still runs',
      rules: [quick()],
      inputs: lines(0, 1, 2, 20, 21, 22, 23),
      told: ['2 quick: act'],
      result: 'never',
    },
    {
      naive: 'a window that keeps what came before the action',
      rules: [quick({ cooldown: seconds(0) })],
      inputs: lines(0, 1, 2, 3, 4, 5),
      told: ['2 quick: act', '5 quick: act'],
    },
  ],
  '3. suppression is by target': [
    {
      naive: 'a cooldown of each rule restarts a unit twice',
      rules: [quick({ name: 'one' }), quick({ name: 'two' })],
      inputs: lines(0, 1, 2, 3, 4, 5),
      told: ['2 one: act', '2 two: cooldown'],
    },
    {
      naive: 'a budget of each rule lets two rules act twice as often',
      rules: ['one', 'two'].map((name) =>
        quick({
          name,
          sources: [name],
          cooldown: seconds(1),
          budget: { actions: 2, per: seconds(3_600), escalation: [] },
        }),
      ),
      inputs: [0, 10, 20].flatMap((from) =>
        every(1, 3, from).map((time) => line(time, 'a', { source: from === 10 ? 'two' : 'one' })),
      ),
      told: ['2 one: act', '12 two: act', '22 one: budget'],
    },
  ],
  "4. somebody else's restart counts": [
    {
      naive: 'only own restarts are followed by a pause',
      rules: [quick({ grace: seconds(10) })],
      inputs: [unit(0), unit(5, { disturbedAt: at(5) }), ...lines(6, 7, 8, 15, 16, 17)],
      told: ['17 quick: act'],
    },
    {
      naive: 'a window that keeps what came before the deploy',
      rules: [quick({ grace: seconds(0) })],
      inputs: [...lines(0, 1), unit(2, { disturbedAt: at(2) }), ...lines(3, 4)],
      told: [],
    },
  ],
  '5. a unit that an administrator stopped stays stopped': [
    {
      naive: 'a restart starts it',
      rules: [quick()],
      inputs: [unit(0, { stopped: true, running: false }), ...lines(1, 2, 3)],
      told: ['3 quick: stopped'],
    },
  ],
  '6. giving up is a decision': [
    {
      naive: 'restarts for ever',
      rules: [quick({ cooldown: seconds(1), budget: { actions: 2, per: seconds(60), escalation: [] } })],
      inputs: lines(...[0, 10, 20, 200].flatMap((from) => every(1, 3, from))),
      told: ['2 quick: act', '12 quick: act', '22 quick: budget', '202 quick: budget'],
    },
    {
      naive: 'a half-open that forgets that it was open',
      rules: [
        quick({
          cooldown: seconds(1),
          budget: { actions: 1, per: seconds(300), escalation: [], halfOpen: seconds(30) },
        }),
      ],
      inputs: lines(...[0, 10, 45, 60].flatMap((from) => every(1, 3, from))),
      told: ['2 quick: act', '12 quick: budget', '45 quick: act', '60 quick: budget'],
    },
    {
      naive: 'a cooldown that does not grow',
      rules: [
        quick({ cooldown: seconds(5), backoff: { factor: 3, max: seconds(60), healthy: seconds(100) } }),
      ],
      inputs: lines(...[0, 8, 14, 20, 26].flatMap((from) => every(0.1, 3, from))),
      told: ['0.2 quick: act', '8.2 quick: act', '26.2 quick: act'],
    },
  ],
  '7. old news is not acted on': [
    {
      naive: "what was logged an hour ago restarts today's service",
      rules: [quick()],
      inputs: [clock(3_600), ...lines(0, 1, 2)],
      told: ['2 quick: stale'],
    },
  ],
  '8. late and unordered events, and clocks that jump': [
    {
      naive: 'events are counted in the order in which they come',
      rules: [quick({ condition: { kind: 'threshold', count: 3, within: seconds(2) } })],
      inputs: lines(10, 12, 11),
      told: ['12 quick: act'],
    },
    {
      naive: 'whatever comes late is counted',
      rules: [quick()],
      inputs: lines(10, 11, 8.9),
      told: [],
    },
    {
      naive: 'an event of next year pushes out the window',
      rules: [quick()],
      inputs: [clock(0), ...lines(0, 1, 31_536_000, 2)],
      told: ['2 quick: act'],
    },
    {
      naive: 'a clock that is set back by an hour doubles a window',
      rules: [quick({ condition: { kind: 'threshold', count: 2, within: seconds(90) } })],
      inputs: [
        line(3_600, 'a', { monotonic: { boot: 'x', at: seconds(100) } }),
        line(100, 'a', { monotonic: { boot: 'x', at: seconds(200) } }),
      ],
      told: [],
    },
    {
      naive: 'a new boot goes on with the windows of the old one',
      rules: [quick()],
      inputs: [
        line(0, 'a', { monotonic: { boot: 'x', at: seconds(500) } }),
        line(1, 'a', { monotonic: { boot: 'x', at: seconds(501) } }),
        line(20, 'a', { monotonic: { boot: 'y', at: seconds(5) } }),
      ],
      told: [],
    },
    {
      naive: 'a sequence that believes in the order of reading',
      rules: [
        quick({
          match: { kind: 'contains', literal: '', ignoreCase: false },
          condition: {
            kind: 'sequence',
            steps: ['a', 'b'].map((literal) => ({ kind: 'contains', literal, ignoreCase: false })),
            within: seconds(10),
            missing: false,
          },
        }),
      ],
      inputs: [line(2, 'b'), line(1, 'a'), tick(10)],
      told: ['2 quick: act'],
    },
  ],
  '10. an outcome is checked': [
    {
      naive: 'an action that succeeds is taken for a cure',
      rules: [quick({ verify: { within: seconds(60), otherwise: [] } })],
      inputs: [unit(0), ...lines(0, 1, 2, 5, 6, 7), tick(100)],
      told: ['2 quick: act', '7 quick: not recovered (condition)'],
    },
    {
      naive: 'quiet is taken for health, though the unit is down',
      rules: [quick({ verify: { within: seconds(60), otherwise: [] } })],
      inputs: [...lines(0, 1, 2), unit(5, { running: false }), tick(100)],
      told: ['2 quick: act', '62 quick: not recovered (unit)'],
    },
    {
      naive: 'nobody is told that it helped',
      rules: [quick({ verify: { within: seconds(60), otherwise: [] } })],
      inputs: [...lines(0, 1, 2), unit(5), tick(100)],
      told: ['2 quick: act', '62 quick: recovered'],
    },
  ],
  '11. missing data is said': [
    {
      naive: 'a gap in the log is forgotten',
      rules: [quick()],
      inputs: [line(0), { kind: 'gap', at: at(1), sources: ['one'] }, ...lines(2, 3)],
      told: ['3 quick: act, incomplete'],
    },
    {
      naive: 'a gap of another source, or of long ago, counts for ever',
      rules: [quick()],
      inputs: [
        { kind: 'gap', at: at(0), sources: ['one'] },
        { kind: 'gap', at: at(199), sources: ['two'] },
        ...lines(200, 201, 202),
      ],
      told: ['202 quick: act'],
    },
  ],
  '12. a rule that went deaf is noticed': [
    {
      naive: 'a changed wording is taken for peace',
      rules: [quick({ expectEvery: seconds(100) })],
      inputs: [...lines(0, 50), line(60, 'b'), tick(149), tick(151), tick(500)],
      told: ['150 quick: deaf'],
    },
  ],
}

for (const [promise, cases] of Object.entries(promises)) {
  describe(promise, () => {
    for (const { naive, rules, inputs, told, result } of cases) {
      test(`not as where ${naive}`, () => {
        assert.deepEqual(play(createEngine(rules), inputs, result), told)
      })
    }
  })
}

test('9. exactly once across restarts: a state without the pending action would act twice', () => {
  const first = createEngine([quick()])
  const [decision] = lines(0, 1, 2).flatMap((input) => first.handle(input))
  assert.equal(decision?.kind, 'act')
  const second = createEngine([quick()], { state: JSON.parse(JSON.stringify(first.snapshot())) })
  assert.deepEqual(play(second, lines(2.1, 2.2, 2.3)), [])
  assert.deepEqual(
    second.pending.map(({ id }) => id),
    [decision.id],
  )
})

test('9. a rule that was changed starts from nothing, and its unit keeps its cooldown', () => {
  const first = createEngine([quick({ cooldown: seconds(60) })])
  play(first, lines(0, 1, 2))
  const state = JSON.parse(JSON.stringify(first.snapshot()))
  const changed = quick({ hash: 'another', condition: { kind: 'threshold', count: 2, within: seconds(9) } })
  assert.deepEqual(play(createEngine([changed], { state }), lines(30, 31, 62, 63)), ['63 quick: act'])
})

test('13. every decision can be explained: rule and hash, key, events, policy', () => {
  const engine = createEngine([quick({ budget: { actions: 3, per: seconds(60), escalation: [] } })])
  const [decision] = lines(0, 1, 2).flatMap((input) => engine.handle(input))
  assert.ok(decision?.kind === 'act')
  assert.equal(decision.ruleHash, 'h')
  assert.deepEqual(decision.policy, { cooldown: 10_000_000, budget: { used: 0, allowed: 3 } })
  assert.equal(decision.first?.position, `log:${start}`)
  assert.equal(decision.last?.position, `log:${start + 2_000_000}`)
  assert.deepEqual(
    decision.lines?.map(({ position }) => position),
    [0, 1, 2].map((second) => `log:${start + second * 1_000_000}`),
  )
})
