import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createEngine } from '../../src/engine/engine.ts'
import type { LogEvent } from '../../src/engine/event.ts'
import type { Rule } from '../../src/engine/rule.ts'
import { type Instant, microseconds, seconds } from '../../src/engine/time.ts'
import type { Condition } from '../../src/engine/windows/conditions.ts'
import type { Setting } from '../../src/report/tuning.ts'
import { replay } from '../../src/run/replay.ts'
import { countedRuns } from '../../src/tune/counted-runs.ts'
import { EventKeeper, type Kept } from '../../src/tune/kept-events.ts'
import { relatedRules } from '../../src/tune/related-rules.ts'
import { withSetting } from '../../src/tune/setting.ts'
import { tryAll } from '../../src/tune/trials.ts'
import { anyRules, happenings } from '../engine/any-rules.ts'
import { rules as countingRules, start, testEvent, testRule } from '../engine/histories.ts'

const second = 1_000_000
const ignore = () => undefined

/** The slow way: the whole log through all rules of the file, with the setting in the place of the rule's own. */
async function slowly(
  rules: readonly Rule[],
  name: string,
  setting: Setting,
  events: readonly LogEvent[],
): Promise<Instant[]> {
  const actions: Instant[] = []
  const engine = createEngine(rules.map((rule) => (rule.name === name ? withSetting(rule, setting) : rule)))
  async function* batches() {
    yield { events, notices: [], position: null }
  }
  await replay(engine, batches(), {
    decision: (decision) => {
      if (decision.rule === name && (decision.kind === 'act' || decision.because === 'dry-run'))
        actions.push(decision.at)
    },
    cooldownEnd: ignore,
    closed: ignore,
    grace: ignore,
    deaf: ignore,
    notice: ignore,
  })
  return actions
}

function keep(rules: readonly Rule[], tuned: Rule, events: readonly LogEvent[]): Kept {
  const keeper = new EventKeeper(relatedRules(rules, tuned), rules)
  for (const event of events) keeper.take(event)
  return keeper.finish()
}

const settings: fc.Arbitrary<readonly Setting[]> = fc.array(
  fc.record({
    limit: fc.integer({ min: 1, max: 6 }),
    within: fc.constantFrom(10, 5 * second, 10 * second, 45 * second, 90 * second).map(microseconds),
    cooldown: fc.constantFrom(0, 5, 3 * second, 30 * second, 200 * second).map(microseconds),
  }),
  { minLength: 3, maxLength: 3 },
)

const isRead = (event: LogEvent, rules: readonly Rule[]): boolean =>
  rules.some(({ sources }) => sources.includes(event.source))

const isFrozen = (one: LogEvent, other: LogEvent): boolean =>
  one.monotonic !== undefined &&
  one.monotonic.boot === other.monotonic?.boot &&
  one.monotonic.at === other.monotonic.at &&
  Math.abs(one.at - other.at) >= second

const countingValues = (condition: Condition): Condition =>
  condition.kind === 'threshold' ? { ...condition, distinct: 'kind' } : condition

/** Some events lack what a rule may count the values of. */
const fieldsOf = (worker: string, text: string): ReadonlyMap<string, string> =>
  new Map([['worker', worker], ...(text === 'ab' ? [] : [['kind', `${worker}${text}`] as const])])

/** Counting rules, and events in order. */
const histories = fc.array(
  fc.record({
    wait: fc.constantFrom(0, 0, 1, 10, second, 5 * second, 30 * second, 45 * second, 90 * second),
    source: fc.constantFrom('one', 'two'),
    text: fc.constantFrom('a', 'b', 'ab', 'c'),
    worker: fc.constantFrom('1', '2'),
    boot: fc.constantFrom(undefined, 'x', 'x', 'x', 'y'),
  }),
  { maxLength: 60, size: 'max' },
)
const budget = fc.option(
  fc.record({
    actions: fc.integer({ min: 1, max: 3 }),
    per: fc.constant(seconds(100)),
    escalation: fc.constant([]),
  }),
  { nil: undefined, freq: 2 },
)
const backoff = fc.option(fc.constant({ factor: 2, max: seconds(100), healthy: seconds(150) }), {
  nil: undefined,
  freq: 2,
})

test('rules that count: every setting acts as a replay of the rule file with that setting would', async () => {
  let acted = 0
  let counted = 0
  let runs = 0
  await fc.assert(
    fc.asyncProperty(
      countingRules,
      settings,
      histories,
      budget,
      backoff,
      fc.boolean(),
      async (list, tried, steps, allowed, growing, isDistinct) => {
        const rules: readonly Rule[] = list.map((rule) => ({
          ...rule,
          ...(isDistinct ? { condition: countingValues(rule.condition) } : {}),
          ...(allowed === undefined ? {} : { budget: allowed }),
          ...(growing === undefined ? {} : { backoff: growing }),
        }))
        const [tuned] = rules
        assert.ok(tuned !== undefined)
        let at = start as number
        const events = steps.map(({ wait, source, text, worker, boot }) => {
          at += wait
          const monotonic =
            boot === undefined ? {} : { monotonic: { boot, at: microseconds(at - start + 1_000 * second) } }
          return testEvent(at, text, { source, fields: fieldsOf(worker, text), ...monotonic })
        })
        const kept = keep(rules, tuned, events)
        runs++
        if (countedRuns(kept, tuned.name) !== undefined) counted++
        const trials = await tryAll(kept, tuned.name, tried)
        for (const [index, setting] of tried.entries()) {
          const expected = await slowly(rules, tuned.name, setting, events)
          assert.deepEqual(trials[index], expected)
          acted += expected.length
        }
      },
    ),
    { numRuns: 1_500 },
  )
  assert.ok(acted > 1_500, `only ${acted} actions`)
  assert.ok(counted > runs / 3, `only ${counted} of ${runs} without an engine`)
})

test('rules of every kind: every setting acts as a replay of the rule file with that setting would', async () => {
  let acted = 0
  await fc.assert(
    fc.asyncProperty(anyRules, settings, happenings, async (rules, tried, steps) => {
      const [tuned] = rules
      assert.ok(tuned !== undefined)
      let at = start as number
      const events = steps.flatMap((step) => {
        at += step.wait
        const input = step.do === 'input' ? step.input(at) : undefined
        return input?.kind === 'event' && isRead(input, rules) ? [input] : []
      })
      // No journal has two entries that share a monotonic time and are seconds apart.
      fc.pre(!events.some((event) => events.some((other) => isFrozen(event, other))))
      const trials = await tryAll(keep(rules, tuned, events), tuned.name, tried)
      for (const [index, setting] of tried.entries()) {
        const expected = await slowly(rules, tuned.name, setting, events)
        assert.deepEqual(trials[index], expected)
        acted += expected.length
      }
    }),
    { numRuns: 1_000 },
  )
  assert.ok(acted > 300, `only ${acted} actions`)
})

test('an event that comes much too late has a silence told, though no rule matches it', async () => {
  const none = microseconds(0)
  const plain = { cooldown: none, grace: none, lateness: none, units: ['site@1.service'] }
  const silent = testRule({
    ...plain,
    name: 'silent',
    sources: ['two'],
    groupBy: ['worker'],
    condition: { kind: 'absence', for: seconds(5) },
    lateness: seconds(2),
    actions: [{ kind: 'command', argv: ['/bin/true'], timeout: microseconds(1) }],
  })
  const condition = { kind: 'threshold', count: 1, within: seconds(5) } as const
  const rules = [silent, testRule({ ...plain, name: 'other', condition })]
  const events = [
    testEvent(start + 100 * second, 'a'),
    testEvent(start, 'a', { source: 'two' }),
    testEvent(start, 'b'),
    testEvent(start + 100 * second, 'a'),
  ]
  const setting: Setting = { limit: 1, within: microseconds(10), cooldown: none }
  const expected = await slowly(rules, 'silent', setting, events)
  assert.equal(expected.length, 2)
  assert.deepEqual(await tryAll(keep(rules, silent, events), 'silent', [setting]), [expected])
})

test('what is kept of a rule that counts is small, whatever is logged', () => {
  const rule = testRule({ name: 'r', groupBy: ['worker'] })
  const events = Array.from({ length: 1_000 }, (_, index) =>
    testEvent(start + index * second, `a ${'x'.repeat(10_000)}`, { fields: new Map([['worker', '1']]) }),
  )
  const kept = keep([rule], rule, [...events, testEvent(start + 2_000 * second, 'b')])
  assert.equal(kept.events.length, 1_001)
  assert.ok(JSON.stringify(kept.events).length < 200_000)
  assert.equal(new Set(kept.events.map(({ fields }) => fields)).size, 2)
})
