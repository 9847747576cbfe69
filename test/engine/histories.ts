/** Generated histories for the engine: rules that share targets, events at treacherous times, actions that take their time. */

import fc from 'fast-check'
import type { LogEvent } from '../../src/engine/event.ts'
import type { Rule } from '../../src/engine/rule.ts'
import { instant, microseconds, seconds } from '../../src/engine/time.ts'

/** A step of a history; `wait` is the time since the step before, in µs. */
export type Step =
  | {
      readonly do: 'event'
      readonly wait: number
      readonly source: string
      readonly text: string
      readonly worker: string
      readonly late: number
    }
  | { readonly do: 'finish'; readonly wait: number }
  | { readonly do: 'unit'; readonly wait: number; readonly unit: string; readonly stopped: boolean }
  | { readonly do: 'tick'; readonly wait: number }

export const start = instant(1_779_000_000_000_000)
const within = 90_000_000
const cooldown = 30_000_000

export const testRule = (rule: Partial<Rule> & Pick<Rule, 'name'>): Rule => ({
  sources: ['one'],
  match: { kind: 'contains', literal: 'a', ignoreCase: false },
  groupBy: [],
  condition: { kind: 'threshold', count: 3, within: microseconds(within) },
  actions: [{ kind: 'unit', verb: 'restart', unit: 'site.service' }],
  cooldown: microseconds(cooldown),
  hash: 'h',
  maxKeys: 100_000,
  units: [],
  allowCritical: [],
  grace: microseconds(cooldown),
  maxAge: seconds(300),
  lateness: seconds(2),
  cpu: { share: 1, per: seconds(60), setAside: false },
  evidence: { within: seconds(2), commands: [] },
  mode: 'enforce',
  ...rule,
})

export const testEvent = (at: number, text = 'a', more: Partial<LogEvent> = {}): LogEvent => ({
  kind: 'event',
  source: 'one',
  at: instant(at),
  text,
  fields: new Map(),
  position: `log:${at}`,
  ...more,
})

const unit = fc.constantFrom('site.service', 'other.service')
const restart = unit.map((name) => ({ kind: 'unit', verb: 'restart', unit: name }) as const)
const command = fc.constant({ kind: 'command', argv: ['/bin/true'], timeout: microseconds(1) } as const)

const rule = (name: string): fc.Arbitrary<Rule> =>
  fc
    .record({
      sources: fc.constantFrom(['one'], ['two'], ['one', 'two']),
      literal: fc.constantFrom('a', 'b', 'ab'),
      groupBy: fc.constantFrom([], ['worker']),
      count: fc.integer({ min: 1, max: 5 }),
      within: fc.constantFrom(within, within / 2, 10, 0),
      actions: fc
        .constantFrom(1, 2)
        .chain((length) => fc.array(fc.oneof(restart, command), { minLength: 1, maxLength: length })),
      cooldown: fc.constantFrom(cooldown, 5, 0),
      mode: fc.constantFrom('enforce', 'enforce', 'simulate'),
    })
    .map(({ literal, count, within: length, cooldown: pause, ...rest }) =>
      testRule({
        ...rest,
        name,
        match: { kind: 'contains', literal, ignoreCase: false },
        condition: { kind: 'threshold', count, within: microseconds(length) },
        cooldown: microseconds(pause),
      }),
    )

export const rules = fc
  .integer({ min: 1, max: 3 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => rule(`r${index}`))))

/** Waits that put events exactly on, just before and just after the edges of windows and cooldowns. */
const edges = [within, within / 2, within / 3, cooldown, 10, 5].flatMap((edge) => [edge - 1, edge, edge + 1])
const wait = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(0, 0, 1) },
  { weight: 2, arbitrary: fc.constantFrom(...edges) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: within }) },
)

const event = fc.record({
  do: fc.constant('event' as const),
  wait,
  source: fc.constantFrom('one', 'two'),
  text: fc.constantFrom('a', 'b', 'ab', 'c'),
  worker: fc.constantFrom('1', '2'),
  late: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 1, 2, 10, 1_000_000, 2_000_001),
})

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: event },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('finish' as const), wait }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('unit' as const), wait, unit, stopped: fc.boolean() }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('tick' as const), wait }) },
  ),
  { maxLength: 60, size: 'max' },
)
