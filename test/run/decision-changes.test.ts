import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Ruleset, SourceSpec } from '../../src/config/ruleset.ts'
import type { Decision } from '../../src/engine/decision.ts'
import { createEngine } from '../../src/engine/engine.ts'
import type { LogEvent } from '../../src/engine/event.ts'
import type { Rule } from '../../src/engine/rule.ts'
import { seconds } from '../../src/engine/time.ts'
import { actionWords, decisionWord } from '../../src/report/decision-words.ts'
import { compareDecisions } from '../../src/run/decision-changes.ts'
import { replay } from '../../src/run/replay.ts'
import { sideBySide } from '../../src/run/side-by-side.ts'
import type { Batch } from '../../src/sources/source.ts'
import { anyRules, condition } from '../engine/any-rules.ts'
import { start, testEvent } from '../engine/histories.ts'

const second = 1_000_000
const ignore = () => undefined

/** Some rule files agree on what a source reads, some do not. */
const rulesetOf = (rules: readonly Rule[], path: string): Ruleset => ({
  sources: new Map(
    ['one', 'two'].map((name): [string, SourceSpec] => [name, { kind: 'file', name, paths: [`/${path}`] }]),
  ),
  rules,
  alerts: new Map(),
  tests: [],
})

async function* inBatches(events: readonly LogEvent[]): AsyncGenerator<Batch> {
  for (let from = 0; from < events.length; from += 3)
    yield { events: events.slice(from, from + 3), notices: [], position: null }
}

async function alone({ rules }: Ruleset, events: readonly LogEvent[]): Promise<Decision[]> {
  const decisions: Decision[] = []
  await replay(createEngine(rules), inBatches(events), {
    decision: (decision) => decisions.push(decision),
    cooldownEnd: ignore,
    closed: ignore,
    grace: ignore,
    deaf: ignore,
    notice: ignore,
  })
  return decisions
}

const line = (decision: Decision): string =>
  JSON.stringify([
    decision.rule,
    ...decision.key,
    decision.at,
    decisionWord(decision),
    decision.actions.map(actionWords),
  ])

const histories = fc.array(
  fc.record({
    wait: fc.constantFrom(0, 1, second, 5 * second, 40 * second),
    source: fc.constantFrom('one', 'two'),
    text: fc.constantFrom('a', 'b', 'ab', 'reset'),
    worker: fc.constantFrom('1', '2'),
  }),
  { maxLength: 40, size: 'max' },
)

/** What of the first rule becomes another one. */
const change: fc.Arbitrary<Partial<Rule>> = fc.oneof(
  fc.record({ condition }),
  fc.record({ name: fc.constant('another') }),
  fc.record({ cooldown: fc.constantFrom(0, 1, 100).map(seconds) }),
  fc.record({ sources: fc.constantFrom(['one'], ['two'], ['one', 'two']) }),
)

test('two rule files side by side decide what each decides alone, and the changes lead from one to the other', async () => {
  const seen = { appears: 0, vanishes: 0, changes: 0, same: 0 }
  await fc.assert(
    fc.asyncProperty(anyRules, change, fc.boolean(), histories, async (before, changed, isMoved, steps) => {
      const after = before.map((rule, index) => (index === 0 ? { ...rule, ...changed } : rule))
      const both = { old: rulesetOf(before, 'log'), new: rulesetOf(after, isMoved ? 'other' : 'log') }
      let at = start as number
      const plain = steps.map(({ wait, source, text, worker }) => {
        at += wait
        return testEvent(at, text, { source, fields: new Map([['worker', worker]]) })
      })
      const sides = sideBySide(both)
      // As the reader would: every event for each source that is about it.
      const names = (source: string): readonly string[] =>
        [source, `${source} (old)`, `${source} (new)`].filter((name) => sides.ruleset.sources.has(name))
      const read = plain.flatMap((event) => names(event.source).map((source) => ({ ...event, source })))
      const decisions = await sides.replay(inBatches(read), ignore)
      const expected = { old: await alone(both.old, plain), new: await alone(both.new, plain) }
      assert.deepEqual(decisions.old, expected.old)
      assert.deepEqual(decisions.new, expected.new)

      const { changes, same } = compareDecisions(decisions, { old: before, new: after })
      const lines = expected.old.map(line)
      for (const change of changes) {
        seen[change.kind]++
        if (change.kind !== 'appears') {
          const index = lines.indexOf(line(change.old))
          assert.ok(index >= 0)
          lines.splice(index, 1)
        }
      }
      assert.equal(lines.length, same)
      seen.same += same
      for (const change of changes) if (change.kind !== 'vanishes') lines.push(line(change.new))
      assert.deepEqual(lines.sort(), expected.new.map(line).sort())
    }),
    { numRuns: 500 },
  )
  for (const [kind, count] of Object.entries(seen)) assert.ok(count > 10, `${kind}: only ${count}`)
})

test('a rule file changes nothing beside itself', async () => {
  await fc.assert(
    fc.asyncProperty(anyRules, histories, async (rules, steps) => {
      let at = start as number
      const events = steps.map(({ wait, text, source }) => {
        at += wait
        return testEvent(at, text, { source })
      })
      const decisions = await alone(rulesetOf(rules, 'log'), events)
      const { changes, same } = compareDecisions(
        { old: decisions, new: decisions },
        { old: rules, new: rules },
      )
      assert.deepEqual([changes, same], [[], decisions.length])
    }),
    { numRuns: 100 },
  )
})
