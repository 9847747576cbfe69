import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Decision, Output } from '../../src/engine/decision.ts'
import { createEngine } from '../../src/engine/engine.ts'
import type { Rule } from '../../src/engine/rule.ts'
import { instant } from '../../src/engine/time.ts'
import { anyRules, type Happening, happenings } from './any-rules.ts'
import { start } from './histories.ts'

/** Plays the history; before every happening of `breaks` the engine goes down, and another takes up what it knew. */
function play(rules: readonly Rule[], history: readonly Happening[], breaks: ReadonlySet<number>) {
  let engine = createEngine(rules)
  const outputs: Output[] = []
  const acting: Decision[] = []
  let now: number = start
  for (const [index, step] of history.entries()) {
    if (breaks.has(index)) {
      const state = JSON.parse(JSON.stringify(engine.snapshot()))
      engine = createEngine(rules, { state })
      assert.deepEqual(
        engine.pending.map(({ id }) => id),
        acting.map(({ id }) => id),
      )
    }
    now += step.wait
    const decision = step.do === 'finish' ? acting.shift() : undefined
    if (step.do === 'finish' && decision === undefined) continue
    const came =
      step.do === 'finish' && decision !== undefined
        ? engine.handle({
            kind: 'outcome',
            at: instant(now),
            decision: decision.id,
            attempts: decision.actions.map((action) => ({ action, result: step.result })),
          })
        : step.do === 'input'
          ? engine.handle(step.input(now))
          : []
    outputs.push(...came)
    for (const output of came) if (output.kind === 'act') acting.push(output)
  }
  return { outputs, status: engine.status() }
}

test('an engine that goes down at any time goes on as if it had not', () => {
  const kinds = new Map<string, number>()
  fc.assert(
    fc.property(
      anyRules,
      happenings,
      fc.array(fc.nat(50), { minLength: 1, maxLength: 5 }),
      (rules, history, breaks) => {
        const whole = play(rules, history, new Set())
        assert.deepEqual(play(rules, history, new Set(breaks)), whole)
        for (const output of whole.outputs) {
          const kind = output.kind === 'hold' ? output.because : output.kind
          kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
        }
      },
    ),
    { numRuns: 10_000 },
  )
  const expected = [
    ...['act', 'closed', 'cooldown-end', 'deaf', 'grace'],
    ...['budget', 'cooldown', 'dry-run', 'not-allowed', 'paused', 'stale', 'stopped'],
  ]
  assert.deepEqual([...kinds.keys()].sort(), expected.sort(), 'the histories are too tame')
})
