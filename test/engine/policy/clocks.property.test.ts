import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createEngine } from '../../../src/engine/engine.ts'
import type { Input } from '../../../src/engine/input.ts'
import { instant, microseconds, seconds } from '../../../src/engine/time.ts'
import { start, testEvent, testRule } from '../histories.ts'

const second = 1_000_000
const rule = fc
  .record({
    count: fc.integer({ min: 1, max: 4 }),
    within: fc.integer({ min: 0, max: 10 }),
    cooldown: fc.integer({ min: 0, max: 10 }),
  })
  .map(({ count, within, cooldown }) =>
    testRule({
      name: 'rule',
      condition: { kind: 'threshold', count, within: seconds(within) },
      cooldown: seconds(cooldown),
      grace: seconds(0),
      lateness: seconds(0),
    }),
  )

/** An event `wait` seconds after the one before; `jump` seconds by which the clock was set meanwhile. */
const step = fc.record({
  wait: fc.integer({ min: 0, max: 10 }),
  jump: fc.constantFrom(0, 0, 0, 1, -1, 3_600, -3_600, 86_400),
  boots: fc.constantFrom(false, false, false, false, false, true),
})
type Step = { readonly wait: number; readonly jump: number; readonly boots: boolean }
const steps = fc.array(step, { maxLength: 40, size: 'max' })
type Rules = Parameters<typeof createEngine>[0]

/** Which events, by their numbers, were acted upon; an event is what `eventOf` makes of its step and the time since the start. */
function acted(
  rules: Rules,
  history: readonly Step[],
  eventOf: (step: Step, elapsed: number) => Input,
): number[] {
  const engine = createEngine(rules)
  let elapsed = 0
  return history.flatMap((one, index) => {
    elapsed += one.wait
    const outputs = engine.handle(eventOf(one, elapsed))
    for (const output of outputs) {
      if (output.kind !== 'act') continue
      engine.handle({ kind: 'outcome', at: output.at, decision: output.id, attempts: [] })
      return [index]
    }
    return []
  })
}

test('a clock that is set makes no window and no cooldown longer or shorter, on 10000 histories', () => {
  let count = 0
  fc.assert(
    fc.property(rule, steps, (one, history) => {
      const steady = acted([one], history, (_, elapsed) => testEvent(start + elapsed * second))
      let skew = 0
      const jumping = acted([one], history, ({ wait, jump }, elapsed) => {
        // Two entries of one moment that differ in realtime are a damaged dump, not a clock that was set.
        if (wait > 0) skew += jump
        const monotonic = { boot: 'x', at: microseconds(elapsed * second + 7) }
        return testEvent(start + (elapsed + skew) * second, 'a', { monotonic })
      })
      assert.deepEqual(jumping, steady)
      count += steady.length
    }),
    { numRuns: 10_000 },
  )
  assert.ok(count > 10_000)
})

test('every boot starts with empty windows, on 10000 histories', () => {
  fc.assert(
    fc.property(rule, steps, (one, history) => {
      const rules = [{ ...one, cooldown: seconds(0) }]
      let boot = 0
      let bootedAt = 0
      const together = acted(rules, history, ({ boots }, elapsed) => {
        if (boots) {
          boot++
          bootedAt = elapsed
        }
        const monotonic = { boot: String(boot), at: seconds(elapsed - bootedAt + 5) }
        return testEvent(start + elapsed * second, 'a', { monotonic })
      })
      // One engine for each boot, which sees nothing of the others.
      const starts = [0, ...history.flatMap(({ boots }, index) => (boots && index > 0 ? [index] : []))]
      const apart = starts.flatMap((from, index) => {
        const part = history.slice(from, starts[index + 1])
        return acted(rules, part, (_, elapsed) => testEvent(start + elapsed * second)).map(
          (place) => from + place,
        )
      })
      assert.deepEqual(together, apart)
    }),
    { numRuns: 10_000 },
  )
})

test('a rule is told to be deaf once whenever nothing matched for too long, on 10000 histories', () => {
  const line = fc.record({ wait: fc.integer({ min: 0, max: 20 }), matches: fc.boolean(), tick: fc.boolean() })
  let deaf = 0
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 15 }), fc.array(line, { maxLength: 30 }), (every, lines) => {
      const engine = createEngine([
        testRule({ name: 'rule', lateness: seconds(0), expectEvery: seconds(every) }),
      ])
      const told: number[] = []
      /** When something was heard: at first the start. */
      const heard: number[] = []
      let now = 0
      for (const { wait, matches, tick } of lines) {
        now += wait
        if (heard.length === 0) heard.push(now)
        const at = instant(start + now * second)
        const input: Input = tick ? { kind: 'tick', at } : testEvent(at, matches ? 'a' : 'b')
        if (matches && !tick) heard.push(now)
        for (const output of engine.handle(input))
          if (output.kind === 'deaf') told.push((output.at - start) / second)
      }
      const silent = heard.flatMap((time, index) => {
        const until = heard[index + 1] ?? now
        return until - time >= every ? [time + every] : []
      })
      assert.deepEqual(told, silent)
      deaf += silent.length
    }),
    { numRuns: 10_000 },
  )
  assert.ok(deaf > 10_000)
})
