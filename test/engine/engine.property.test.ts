import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Decision } from '../../src/engine/decision.ts'
import { createEngine } from '../../src/engine/engine.ts'
import type { Input } from '../../src/engine/input.ts'
import type { Rule } from '../../src/engine/rule.ts'
import { instant } from '../../src/engine/time.ts'
import { decisionWord } from '../../src/report/decision-words.ts'
import { rules, type Step, start, steps, testEvent } from './histories.ts'
import { type ModelDecision, ThresholdModel } from './threshold-model.ts'

const runs = 10_000

const flat = (decision: Decision): ModelDecision => ({
  rule: decision.rule,
  key: [...decision.key.values()].join(),
  at: decision.at,
  decision: decisionWord(decision),
  count: decision.count,
  first: decision.first?.at,
  last: decision.last?.at,
})

/** Plays the steps to the engine, and to the model where there is one. Every `extraTicks`-th input is preceded by a tick. */
function play(list: readonly Rule[], history: readonly Step[], model?: ThresholdModel, extraTicks = 0) {
  const engine = createEngine(list)
  const decisions: Decision[] = []
  const unfinished: { id: string; number: number }[] = []
  let acted = 0
  let now = start as number

  const handle = (input: Input): void => {
    for (const output of engine.handle(input)) {
      if (output.kind !== 'act' && output.kind !== 'hold') continue
      decisions.push(output)
      if (output.kind === 'act') unfinished.push({ id: output.id, number: acted++ })
    }
  }

  for (const [index, step] of history.entries()) {
    if (extraTicks > 0 && index % extraTicks === 0) {
      handle({ kind: 'tick', at: instant(now + Math.floor(step.wait / 2)) })
      handle({ kind: 'tick', at: engine.nextDeadline() ?? instant(now) })
    }
    now += step.wait
    const at = instant(now)
    if (step.do === 'finish') {
      const action = unfinished.shift()
      if (action === undefined) continue
      model?.outcome(action.number, now)
      handle({ kind: 'outcome', at, decision: action.id, attempts: [] })
      continue
    }
    const input =
      step.do === 'event'
        ? testEvent(now - step.late, step.text, {
            source: step.source,
            fields: new Map([['worker', step.worker]]),
          })
        : step.do === 'unit'
          ? ({ kind: 'unit', at, unit: step.unit, stopped: step.stopped, running: !step.stopped } as const)
          : ({ kind: 'tick', at } as const)
    model?.handle(input)
    handle(input)
  }
  return { engine, decisions }
}

test(`the engine decides as a list of everything would, on ${runs} histories`, () => {
  let acted = 0
  fc.assert(
    fc.property(rules, steps, (list, history) => {
      const model = new ThresholdModel(list)
      const { engine, decisions } = play(list, history, model)
      assert.deepEqual(decisions.map(flat), model.decisions)
      const ignored = engine.status().rules.reduce((sum, rule) => sum + rule.ignored, 0)
      assert.equal(ignored, model.ignored)
      acted += model.decisions.length
    }),
    { numRuns: runs },
  )
  assert.ok(acted > runs, `the histories are too tame: ${acted} decisions`)
})

test('extra ticks change no decision', () => {
  fc.assert(
    fc.property(rules, steps, fc.integer({ min: 1, max: 3 }), (list, history, every) => {
      const plain = play(list, history).decisions
      const ticked = play(list, history, undefined, every).decisions
      assert.deepEqual(ticked, plain)
    }),
    { numRuns: 2_000 },
  )
})

test('the same history gives the same decisions, to the identifier', () => {
  fc.assert(
    fc.property(rules, steps, (list, history) => {
      assert.deepEqual(play(list, history).decisions, play(list, history).decisions)
    }),
    { numRuns: 200 },
  )
})
