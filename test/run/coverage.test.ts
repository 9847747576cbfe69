import assert from 'node:assert/strict'
import { test } from 'node:test'
import { run } from './testing.ts'

const rules = `version: 1
sources: { site: { journal: { unit: site.service } } }
rules:
  churn:
    source: site
    match: { any: [dies, { all: [exits, { any: ['with 1', 'with 2'] }] }] }
    threshold: { count: 2, within: 10s }
    then: [{ restart: site.service }]
    reset: all workers up
    budget: { actions: 1, per: 1h }
    verify: 5s
  chain:
    source: site
    sequence: { steps: [begins, ends], within: 10s, unless: breaks }
    then: [{ command: [/bin/true] }]
    mode: simulate
    cooldown: 0s
tests:
`
const missedBy = async (...tests: readonly string[]) =>
  (
    await run(
      `${rules}${tests.map((test, index) => `  - { name: t${index}, expect: [], ${test} }`).join('\n')}\n`,
    )
  ).missed

test('every branch that a rule has is missed by a test of nothing', async () => {
  assert.deepEqual(await missedBy('events: []'), {
    churn: [
      'act',
      'cooldown',
      'grace',
      'budget',
      'stopped',
      'recovered',
      'not-recovered',
      'match any 1: "dies"',
      'match any 2: all of 2',
      'match any 2 all 2 any 1: "with 1"',
      'match any 2 all 2 any 2: "with 2"',
      'reset: "all workers up"',
    ],
    chain: ['dry-run', 'step 1: "begins"', 'step 2: "ends"', 'unless: "breaks"'],
  })
})

test('an alternative is reached by an event that none before it matches, and that counts', async () => {
  const { churn = [] } = await missedBy(
    'events: [{ text: dies exits with 1 }, { text: exits with 2 }, { text: with 1 }]',
  )
  assert.deepEqual(
    churn.filter((name) => name.startsWith('match')),
    ['match any 2 all 2 any 1: "with 1"'],
  )
})

test('each policy is reached by the test that brings it about', async () => {
  const reached = async (events: string) => {
    const { churn = [] } = await missedBy(`events: [${events}], until: 5min`)
    return ['act', 'cooldown', 'grace', 'budget', 'stopped', 'recovered', 'not-recovered'].filter(
      (name) => !churn.includes(name),
    )
  }
  const twice = '{ every: 1s, times: 2, text: dies }'
  assert.deepEqual(await reached(twice), ['act', 'recovered'])
  assert.deepEqual(await reached('{ every: 2s, times: 3, text: dies }'), ['act', 'cooldown', 'recovered'])
  assert.deepEqual(await reached('{ every: 1s, times: 4, text: dies }'), ['act', 'cooldown', 'not-recovered'])
  assert.deepEqual(await reached(`${twice}, { after: 1min, text: dies }, { after: 1s, text: dies }`), [
    'act',
    'budget',
    'recovered',
  ])
  assert.deepEqual(await reached(`{ unit: { name: site.service, restarted: true } }, ${twice}`), ['grace'])
  assert.deepEqual(await reached(`{ unit: { name: site.service, stopped: true } }, ${twice}`), ['stopped'])
})

test('steps and what breaks them off, over several tests', async () => {
  const { chain } = await missedBy(
    'events: [{ every: 1s, times: 2, text: [begins, ends] }]',
    'events: [{ every: 1s, times: 2, text: [begins, breaks] }]',
  )
  assert.deepEqual(chain, [])
})

test('an event that is ignored when its turn comes is told by what there was when it came', async () => {
  const reached = async (events: string) => {
    const { missed } = await run(`version: 1
sources: { site: { journal: { unit: site.service } } }
rules:
  chain:
    source: site
    sequence: { steps: [begins, ends], within: 10s }
    then: [{ restart: site.service }]
    cooldown: 5s
    grace: 3s
tests: [{ name: one, events: [${events}], expect: [] }]
`)
    return ['cooldown', 'grace'].filter((name) => !missed['chain']?.includes(name))
  }
  const restarted = '{ unit: { name: site.service, restarted: true } }'
  const both = '{ after: 10s, text: begins }, { after: 1s, text: ends }'
  assert.deepEqual(await reached(`${restarted}, ${both}`), [])
  assert.deepEqual(await reached(`${both}, { after: 4s, text: begins }`), ['cooldown'])
  assert.deepEqual(await reached(`${restarted}, ${both}, { after: 4s, text: begins }`), ['cooldown'])
  assert.deepEqual(await reached(`${restarted}, { after: 2s, text: begins }`), ['grace'])
})
