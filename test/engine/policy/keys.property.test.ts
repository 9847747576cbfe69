import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createEngine, type Engine } from '../../../src/engine/engine.ts'
import type { Input } from '../../../src/engine/input.ts'
import type { Rule } from '../../../src/engine/rule.ts'
import { instant, seconds } from '../../../src/engine/time.ts'
import { condition } from '../any-rules.ts'
import { start, testEvent, testRule } from '../histories.ts'

const second = 1_000_000
const command = { kind: 'command', argv: ['/bin/true'], timeout: seconds(1) } as const
const contains = (literal: string) => ({ kind: 'contains', literal, ignoreCase: false }) as const

const step = fc.record({
  wait: fc.oneof(fc.constantFrom(0, 1, 5, 10), fc.integer({ min: 0, max: 31 })),
  text: fc.constantFrom('a', 'b', 'ab', 'abc', 'c', 'resets'),
  key: fc.constantFrom('1', '2', '3', '4'),
})
const history = fc.array(step, { maxLength: 40, size: 'max' }).map((steps) => {
  let now = start as number
  return steps.map(({ wait, text, key }) => {
    now += wait * second
    return { at: now, text, key }
  })
})
type Line = { readonly at: number; readonly text: string; readonly key: string }

/** Time passes for whoever does not see the line, too. */
const tickOf = ({ at }: Line): Input => ({ kind: 'tick', at: instant(at) })
const eventOf = ({ at, text, key }: Line): Input =>
  testEvent(at, text, { fields: new Map([['worker', key]]) })

/** What is decided, for all keys or one, in no order: `key time kind`. The last tick settles what is due. */
function decisions(engine: Engine, lines: readonly Line[], end: number, only?: string): string[] {
  const told: string[] = []
  const handle = (input: Input): void => {
    for (const output of engine.handle(input)) {
      if (output.kind === 'act' || output.kind === 'hold') {
        told.push(`${[...output.key.values()].join()} ${output.at - start} ${output.kind} ${output.count}`)
      }
      if (output.kind === 'act') handle({ kind: 'outcome', at: output.at, decision: output.id, attempts: [] })
    }
  }
  for (const line of lines) handle(only === undefined || line.key === only ? eventOf(line) : tickOf(line))
  handle({ kind: 'tick', at: instant(end) })
  return told.sort()
}

const ruleWith = fc
  .record({
    condition,
    match: fc.constantFrom(contains('a'), contains(''), contains('b')),
    cooldown: fc.constantFrom(0, 3, 10).map(seconds),
    lateness: fc.constantFrom(0, 2).map(seconds),
  })
  .map((more) => testRule({ name: 'rule', groupBy: ['worker'], actions: [command], ...more }))

test('every key is decided as if it were alone, whatever the condition, on 10000 histories', () => {
  let told = 0
  fc.assert(
    fc.property(ruleWith, history, (rule, lines) => {
      const end = (lines.at(-1)?.at ?? start) + 100 * second
      const together = decisions(createEngine([rule]), lines, end)
      const keys = [...new Set(lines.map(({ key }) => key))]
      const alone = keys.flatMap((key) => decisions(createEngine([rule]), lines, end, key))
      assert.deepEqual(together, alone.sort())
      told += together.length
    }),
    { numRuns: 10_000 },
  )
  assert.ok(told > 10_000, `the histories are too tame: ${told} decisions`)
})

/** With room for `most` keys: the texts of each key since it last had room. */
function withoutRoom(lines: readonly Line[], most: number, count: number) {
  const windows = new Map<string, number>()
  const used: string[] = []
  const told: string[] = []
  let evicted = 0
  for (const { at, key } of lines) {
    const place = used.indexOf(key)
    if (place >= 0) used.splice(place, 1)
    used.push(key)
    if (used.length > most) {
      const gone = used.shift() ?? ''
      windows.delete(gone)
      evicted++
    }
    const seen = (windows.get(key) ?? 0) + 1
    windows.set(key, seen === count ? 0 : seen)
    if (seen === count) told.push(`${key} ${at - start} act ${count}`)
  }
  return { told: told.sort(), evicted }
}

test('of too many keys the one longest unused goes first and is counted, on 10000 histories', () => {
  let gone = 0
  const few = fc.integer({ min: 1, max: 3 })
  fc.assert(
    fc.property(few, few, history, (most, count, lines) => {
      const rule: Rule = testRule({
        name: 'rule',
        groupBy: ['worker'],
        maxKeys: most,
        match: contains(''),
        condition: { kind: 'threshold', count, within: seconds(100_000) },
        cooldown: seconds(0),
        grace: seconds(0),
        actions: [command],
      })
      const engine = createEngine([rule])
      const expected = withoutRoom(lines, most, count)
      assert.deepEqual(decisions(engine, lines, lines.at(-1)?.at ?? start), expected.told)
      assert.equal(engine.status().rules[0]?.evicted, expected.evicted)
      gone += expected.evicted
    }),
    { numRuns: 10_000 },
  )
  assert.ok(gone > 10_000)
})

/** Patterns as people read them, by a regular expression. */
const fits = (pattern: string, unit: string): boolean =>
  new RegExp(`^${pattern.replace(/[.@-]/g, '\\$&').replaceAll('*', '[^/]*')}$`).test(unit)

test('a key acts on no unit but those that the rule lists, on 10000 names', () => {
  const part = fc.constantFrom(
    'a',
    'b',
    'site',
    '*',
    '@',
    '-',
    '/',
    '.',
    '..',
    'dbus',
    'systemd-logind',
    '\n',
    ' ',
  )
  const name = fc.array(part, { maxLength: 4 }).map((parts) => parts.join(''))
  const pattern = fc
    .array(fc.constantFrom('a', 'b', 'site', '*', '@', '-', 'dbus', 'systemd-logind'), {
      minLength: 1,
      maxLength: 4,
    })
    .map((parts) => `${parts.join('')}.service`)
  let acted = 0
  fc.assert(
    fc.property(
      name,
      fc.array(pattern, { minLength: 1, maxLength: 2 }),
      fc.boolean(),
      (value, units, allows) => {
        const critical = ['dbus.service', 'systemd-logind.service']
        const rule = testRule({
          name: 'rule',
          groupBy: ['worker'],
          condition: { kind: 'threshold', count: 1, within: seconds(1) },
          actions: [{ kind: 'unit', verb: 'restart', unit: '{worker}.service' }],
          units,
          allowCritical: allows ? critical : [],
        })
        const unit = `${value}.service`
        const isListed = units.some((listed) => (listed.includes('*') ? fits(listed, unit) : listed === unit))
        const isTaken =
          isListed && ((allows && critical.includes(unit)) || !/^(dbus[-.]|systemd-)/.test(unit))
        const [decision] = createEngine([rule]).handle(eventOf({ at: start, text: 'a', key: value }))
        assert.equal(decision?.kind, isTaken ? 'act' : 'hold')
        if (decision?.kind === 'hold') assert.equal(decision.because, 'not-allowed')
        if (isTaken) acted++
      },
    ),
    { numRuns: 10_000 },
  )
  assert.ok(acted > 100, `only ${acted} names were taken`)
})
