import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createEngine } from '../../src/engine/engine.ts'
import type { LogEvent } from '../../src/engine/event.ts'
import type { Input } from '../../src/engine/input.ts'
import type { Rule } from '../../src/engine/rule.ts'
import { instant, microseconds, seconds } from '../../src/engine/time.ts'
import { replay } from '../../src/run/replay.ts'
import { condition } from '../engine/any-rules.ts'
import { start, testEvent, testRule } from '../engine/histories.ts'

const second = 1_000_000
const ignore = () => undefined

async function replayed(rule: Rule, events: readonly LogEvent[]): Promise<number[]> {
  const acted: number[] = []
  async function* batches() {
    yield { events, notices: [], position: null }
  }
  await replay(createEngine([rule]), batches(), {
    decision: ({ kind, at }) => kind === 'act' && acted.push(at),
    cooldownEnd: ignore,
    closed: ignore,
    grace: ignore,
    deaf: ignore,
    notice: ignore,
  })
  return acted
}

/** As it is live: the clock goes on, whatever is logged, and an action has ended before anything else happens. */
function live(rule: Rule, events: readonly LogEvent[], end: number): number[] {
  const engine = createEngine([rule])
  const acted: number[] = []
  const handle = (input: Input): void => {
    for (const output of engine.handle(input)) {
      if (output.kind !== 'act') continue
      acted.push(output.at)
      handle({ kind: 'outcome', at: engine.now() ?? output.at, decision: output.id, attempts: [] })
    }
  }
  let next = 0
  for (let at = (events[0]?.at ?? end + 1) as number; at <= end; at += second) {
    handle({ kind: 'tick', at: instant(at) })
    for (; events[next] !== undefined && (events[next]?.at ?? 0) <= at; next++) {
      const event = events[next]
      if (event !== undefined) handle(event)
    }
  }
  return acted
}

test('a replay acts when a live run would have, however seldom something is logged', async () => {
  let count = 0
  const waits = fc.array(
    fc.record({ wait: fc.constantFrom(0, 1, 7, 60, 200), text: fc.constantFrom('a', 'b') }),
    {
      maxLength: 12,
    },
  )
  await fc.assert(
    fc.asyncProperty(condition, waits, fc.constantFrom(0, 3, 40), async (one, steps, cooldown) => {
      const rule = testRule({
        name: 'rule',
        condition: one,
        cooldown: seconds(cooldown),
        lateness: seconds(2),
      })
      let at = start as number
      const events = steps.map(({ wait, text }) => {
        at += wait * second
        return testEvent(at, text)
      })
      const expected = live(rule, events, at + rule.lateness)
      assert.deepEqual(await replayed(rule, events), expected)
      count += expected.length
    }),
    { numRuns: 1_000 },
  )
  assert.ok(count > 1_000, `only ${count} actions`)
})

test('what falls due before a clock is set does so by the clock as it was', async () => {
  const rule = testRule({
    name: 'rule',
    condition: { kind: 'absence', for: seconds(60) },
    cooldown: seconds(10),
    lateness: seconds(0),
  })
  const entry = (elapsed: number, skew: number) =>
    testEvent(start + (elapsed + skew) * second, 'a', {
      monotonic: { boot: 'x', at: microseconds(elapsed * second) },
    })
  const steady = await replayed(rule, [entry(0, 0), entry(300, 0)])
  assert.ok(steady.length > 2)
  assert.deepEqual(await replayed(rule, [entry(0, 0), entry(300, -86_400)]), steady)
  assert.deepEqual(await replayed(rule, [entry(0, 0), entry(300, 86_400)]), steady)
})
