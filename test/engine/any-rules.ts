/** Generated rules of every condition and every policy, and histories that wake all of them. */

import fc from 'fast-check'
import type { Input } from '../../src/engine/input.ts'
import type { Rule } from '../../src/engine/rule.ts'
import { instant, microseconds, seconds } from '../../src/engine/time.ts'
import type { Condition } from '../../src/engine/windows/conditions.ts'
import type { MatchSpec } from '../../src/match/match-spec.ts'
import { start, testEvent, testRule } from './histories.ts'

const contains = (literal: string): MatchSpec => ({ kind: 'contains', literal, ignoreCase: false })
const span = fc.constantFrom(5, 10, 30).map(seconds)
const few = fc.integer({ min: 1, max: 4 })

export const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ kind: fc.constant('threshold' as const), count: few, within: span }),
  fc.record({
    kind: fc.constant('threshold' as const),
    count: few,
    within: span,
    distinct: fc.constant('worker'),
  }),
  fc.record({ kind: fc.constant('absence' as const), for: span }),
  fc.record({
    kind: fc.constant('sequence' as const),
    steps: fc.constantFrom([contains('a'), contains('b')], [contains('b'), contains('a'), contains('b')]),
    within: span,
    unless: fc.constant(contains('c')),
    missing: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('ratio' as const),
    of: fc.constant(contains('b')),
    above: fc.constantFrom(0.2, 0.5),
    within: span,
    min: few,
  }),
  fc.record({
    kind: fc.constant('aggregate' as const),
    field: fc.constant('worker'),
    fn: fc.constantFrom('avg', 'max', 'min', 'sum', 'p50', 'p99'),
    above: fc.constantFrom(1, 1.5),
    within: span,
    min: few,
  }),
  fc.record({
    kind: fc.constant('spike' as const),
    factor: fc.constantFrom(1, 2),
    within: span,
    baseline: span,
    min: few,
  }),
)

const sometimes = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 2 })
const restart = fc
  .constantFrom('site.service', 'other.service')
  .map((unit) => ({ kind: 'unit', verb: 'restart', unit }) as const)
const command = { kind: 'command', argv: ['/bin/true'], timeout: microseconds(1) } as const

const rule = (name: string): fc.Arbitrary<Rule> =>
  fc
    .record({
      sources: fc.constantFrom(['one'], ['two'], ['one', 'two']),
      match: fc.constantFrom(contains('a'), contains(''), contains('b')),
      groupBy: fc.constantFrom([], [], ['worker']),
      maxKeys: fc.constantFrom(1, 2, 100),
      condition,
      actions: fc.oneof(
        fc.array(restart, { minLength: 1, maxLength: 2 }),
        fc.constant([command]),
        fc.constant([{ kind: 'unit', verb: 'restart', unit: 'site@{worker}.service' }] as const),
      ),
      units: fc.constant(['site@1.service']),
      cooldown: fc.constantFrom(0, 3, 10).map(seconds),
      grace: fc.constantFrom(0, 3).map(seconds),
      lateness: fc.constantFrom(0, 2).map(seconds),
      maxAge: fc.constantFrom(5, 300).map(seconds),
      mode: fc.constantFrom('enforce', 'enforce', 'enforce', 'simulate'),
      reset: sometimes(fc.constant(contains('reset'))),
      backoff: sometimes(fc.constant({ factor: 2, max: seconds(20), healthy: seconds(60) })),
      budget: sometimes(
        fc.record({
          actions: few,
          per: fc.constant(seconds(60)),
          escalation: fc.constant([command]),
          halfOpen: fc.constant(seconds(20)),
        }),
      ),
      verify: sometimes(fc.constant({ within: seconds(5), otherwise: [command] })),
      clear: sometimes(fc.record({ count: fc.constantFrom(0, 1), within: span })),
      expectEvery: sometimes(span),
    })
    .map(({ reset, backoff, budget, verify, clear, expectEvery, groupBy, actions, ...rest }) => {
      const isTemplate = JSON.stringify(actions).includes('{worker}')
      return testRule({
        ...rest,
        name,
        hash: name,
        actions,
        groupBy: isTemplate ? ['worker'] : groupBy,
        ...(reset === undefined ? {} : { reset }),
        ...(backoff === undefined ? {} : { backoff }),
        ...(budget === undefined ? {} : { budget }),
        ...(verify === undefined ? {} : { verify }),
        ...(clear === undefined ? {} : { clear }),
        ...(expectEvery === undefined ? {} : { expectEvery }),
      })
    })

export const anyRules = fc
  .integer({ min: 1, max: 3 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => rule(`r${index}`))))

/** What happens next; `'finish'` is the end of the actions that began first. */
export type Happening = { readonly wait: number } & (
  | { readonly do: 'finish'; readonly result: 'done' | 'stopped' }
  | { readonly do: 'input'; readonly input: (at: number) => Input }
)

const second = 1_000_000
const wait = fc.oneof(
  fc.constantFrom(0, 1, second, 2 * second, 5 * second),
  fc.integer({ min: 0, max: 12 * second }),
)
const happening = (input: fc.Arbitrary<(at: number) => Input>): fc.Arbitrary<Happening> =>
  fc.record({ wait, input }).map(({ wait, input }) => ({
    wait,
    do: 'input' as const,
    input: Object.assign(input, { [fc.toStringMethod]: () => JSON.stringify(input(start)) }),
  }))

const event = fc
  .record({
    source: fc.constantFrom('one', 'two'),
    text: fc.constantFrom('a', 'b', 'ab', 'c', 'reset'),
    worker: fc.constantFrom('1', '2'),
    late: fc.constantFrom(0, 0, 0, 1, second, 3 * second),
    boot: fc.constantFrom(undefined, 'one', 'one', 'two'),
    jump: fc.constantFrom(0, 0, 0, 100 * second),
  })
  .map(({ source, text, worker, late, boot, jump }) => (at: number): Input => {
    const time = at - late
    const monotonic =
      boot === undefined ? {} : { monotonic: { boot, at: microseconds(time - start + 1_000 * second) } }
    return testEvent(time + jump, text, { source, fields: new Map([['worker', worker]]), ...monotonic })
  })

const unit = fc
  .record({
    unit: fc.constantFrom('site.service', 'other.service', 'site@1.service'),
    stopped: fc.boolean(),
    disturbed: fc.boolean(),
  })
  .map(
    ({ unit: name, stopped, disturbed }) =>
      (at: number): Input => ({
        kind: 'unit',
        at: instant(at),
        unit: name,
        stopped,
        running: !stopped,
        ...(disturbed ? { disturbedAt: instant(at) } : {}),
      }),
  )

const order = fc
  .record({
    kind: fc.constantFrom('pause' as const, 'resume' as const),
    subject: fc.constantFrom('r0', 'site.service'),
    length: fc.option(fc.integer({ min: 1, max: 20 * second }), { nil: undefined }),
  })
  .map(
    ({ kind, subject, length }) =>
      (at: number): Input => ({
        kind,
        at: instant(at),
        subject,
        ...(length === undefined ? {} : { until: instant(at + length) }),
      }),
  )

const tick = fc.boolean().map(
  (isReading) =>
    (at: number): Input => ({
      kind: 'tick',
      at: instant(at),
      ...(isReading ? { monotonic: { boot: 'one', at: microseconds(at - start + 1_000 * second) } } : {}),
    }),
)

const gap = fc.constant((at: number): Input => ({ kind: 'gap', at: instant(at), sources: ['one'] }))

export const happenings: fc.Arbitrary<Happening[]> = fc.array(
  fc.oneof(
    { weight: 20, arbitrary: happening(event) },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('finish' as const),
        wait,
        result: fc.constantFrom('done', 'done', 'stopped'),
      }),
    },
    { weight: 2, arbitrary: happening(unit) },
    { weight: 1, arbitrary: happening(order) },
    { weight: 3, arbitrary: happening(tick) },
    { weight: 1, arbitrary: happening(gap) },
  ),
  { maxLength: 50, size: 'max' },
)
