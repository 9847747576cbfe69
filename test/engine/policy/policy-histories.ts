/** Generated rules and histories for the model of the policies: few, small numbers, so that everything meets its edges. */

import fc from 'fast-check'
import type { ModelInput, ModelRule } from './policy-model.ts'

type Do = ModelInput['do']
const small = fc.integer({ min: 0, max: 12 })
const positive = fc.integer({ min: 1, max: 12 })

/** Each policy alone: how it is set, and what else than events and ticks wakes it. */
export const policies = {
  cooldown: { set: fc.constant({}), wakes: [] },
  grace: { set: fc.record({ grace: small }), wakes: ['unit'] },
  backoff: {
    set: fc.record({
      cooldown: fc.integer({ min: 0, max: 4 }),
      backoff: fc.record({
        factor: fc.constantFrom(1, 2, 3),
        max: fc.integer({ min: 1, max: 20 }),
        healthy: positive,
      }),
    }),
    wakes: [],
  },
  budget: {
    set: fc.record({
      cooldown: fc.integer({ min: 0, max: 3 }),
      budget: fc.record(
        { actions: fc.integer({ min: 1, max: 3 }), per: fc.integer({ min: 1, max: 30 }), halfOpen: positive },
        { requiredKeys: ['actions', 'per'] },
      ),
    }),
    wakes: ['resume'],
  },
  'max_age and the future': { set: fc.record({ maxAge: small }), wakes: ['clock'] },
  pause: { set: fc.constant({}), wakes: ['pause', 'resume'] },
  stopped: { set: fc.constant({}), wakes: ['unit'] },
  verify: { set: fc.record({ verify: positive }), wakes: ['unit'] },
  clear: {
    set: fc.record({ clear: fc.record({ count: fc.integer({ min: 0, max: 3 }), within: positive }) }),
    wakes: [],
  },
  reset: { set: fc.constant({}), wakes: [] },
  simulate: { set: fc.constant({ mode: 'simulate' as const }), wakes: ['unit', 'pause', 'resume'] },
  incomplete: { set: fc.constant({}), wakes: ['gap'] },
} satisfies Record<string, { set: fc.Arbitrary<Partial<ModelRule>>; wakes: readonly Do[] }>

export type PolicyName = keyof typeof policies

const plain = fc.record({
  count: fc.integer({ min: 1, max: 3 }),
  within: small,
  cooldown: fc.integer({ min: 0, max: 8 }),
  grace: fc.constant(0),
  maxAge: fc.constant(1_000_000),
  mode: fc.constant('enforce' as const),
})

/** All policies at once where no name is given. */
export const ruleUnder = (name?: PolicyName): fc.Arbitrary<ModelRule> => {
  const sets: fc.Arbitrary<Partial<ModelRule>>[] =
    name === undefined ? Object.values(policies).map(({ set }) => set) : [policies[name].set]
  return fc.tuple(plain, ...sets).map(([rule, ...more]) => Object.assign({}, rule, ...more) as ModelRule)
}

const step = (kind: Do): fc.Arbitrary<(now: number) => ModelInput> => {
  switch (kind) {
    case 'event':
      return fc
        .record({
          resets: fc.constantFrom(false, false, false, false, true),
          counts: fc.constantFrom(true, true, true, false),
        })
        .map((event) => (at) => ({ do: 'event', at, ...event }))
    case 'clock':
      return fc
        .integer({ min: -3, max: 14 })
        .map((ahead) => (now) => ({ do: 'clock', at: Math.max(0, now + ahead) }))
    case 'unit':
      return fc
        .record({
          state: fc.constantFrom('runs', 'runs', 'down', 'stopped'),
          ago: fc.option(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constantFrom(0.85, 0.9, 0.95))),
        })
        .map(({ state, ago }) => (at) => ({
          do: 'unit',
          at,
          stopped: state === 'stopped',
          running: state === 'runs',
          ...(ago === null ? {} : { disturbedAt: at - ago }),
        }))
    case 'pause':
      return fc
        .record({ subject: fc.constantFrom('rule' as const, 'unit' as const), length: fc.option(small) })
        .map(({ subject, length }) => (at) => ({
          do: 'pause',
          at,
          subject,
          ...(length === null ? {} : { until: at + length }),
        }))
    case 'resume':
      return fc
        .constantFrom('rule' as const, 'unit' as const)
        .map((subject) => (at) => ({ do: 'resume', at, subject }))
    case 'gap':
    case 'tick':
      return fc.constant((at) => ({ do: kind, at }))
  }
}

/** Waits of whole seconds, often none. */
const wait = fc.oneof(fc.constantFrom(0, 1, 1, 2), small)

export const historyFor = (name?: PolicyName): fc.Arbitrary<readonly ModelInput[]> => {
  const wakes: readonly Do[] =
    name === undefined ? ['clock', 'unit', 'pause', 'resume', 'resume', 'gap'] : policies[name].wakes
  const others = [...wakes, 'tick' as const].map(step)
  const any = fc.oneof(
    { weight: 8, arbitrary: step('event') },
    ...others.map((arbitrary) => ({ weight: 1, arbitrary })),
  )
  return fc.array(fc.tuple(wait, any), { maxLength: 50, size: 'max' }).map((steps) => {
    let now = 0
    return steps.map(([length, make]) => {
      now += length
      return make(now)
    })
  })
}
