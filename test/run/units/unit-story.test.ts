import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Instant, instant } from '../../../src/engine/time.ts'
import type { UnitMessage } from '../../../src/platform/systemd/unit-message.ts'
import { UnitStory } from '../../../src/run/units/unit-story.ts'

type Told = readonly [
  at: number,
  kind: UnitMessage['kind'],
  more?: Partial<Pick<UnitMessage, 'job' | 'jobType' | 'invocation'>>,
]

/** What was observed, as `TIME STATE, disturbed TIME`, and the jobs, as `BEGIN-END`. */
function story(...told: readonly Told[]): { states: readonly string[]; jobs: readonly string[] } {
  const unit = new UnitStory('site.service', () => undefined)
  const messages = told.map(
    ([at, kind, more]): UnitMessage => ({
      at: instant(at),
      kind,
      unit: 'site.service',
      job: undefined,
      jobType: undefined,
      invocation: undefined,
      ...more,
    }),
  )
  const observations = [...messages.flatMap((message) => unit.take(message)), ...unit.settle(end)]
  return {
    states: observations.map(({ at, stopped, running, disturbedAt }) => {
      const state = stopped ? 'stopped' : running ? 'runs' : 'down'
      return `${at} ${state}${disturbedAt === undefined ? '' : `, disturbed ${disturbedAt}`}`
    }),
    jobs: unit.jobs.map(
      ({ began, ended, automatic }) => `${began}-${ended ?? ''}${automatic ? ' by systemd' : ''}`,
    ),
  }
}
const end: Instant = instant(1_000)

const start = { job: '1', jobType: 'start', invocation: 'a' }
const started: Told = [1, 'started', start]

describe('what systemd says of a unit', () => {
  test('a start disturbs it when it begins', () => {
    const { states, jobs } = story([1, 'starting', start], [5, 'started', start])
    assert.deepEqual(states, ['1 runs, disturbed 1', '5 runs, disturbed 1'])
    assert.deepEqual(jobs, ['1-5'])
  })

  test('a stop is one from its beginning', () => {
    const { states } = story(
      started,
      [10, 'stopping', { job: '2', jobType: 'stop', invocation: 'a' }],
      [12, 'succeeded', { invocation: 'a' }],
      [13, 'stopped', { job: '2', jobType: 'stop', invocation: 'a' }],
    )
    assert.deepEqual(states, ['1 runs, disturbed 1', '10 stopped, disturbed 10', '13 stopped, disturbed 10'])
  })

  test('a restart is no stop, though it begins with the same words, and disturbs it when it starts again', () => {
    const { states, jobs } = story(
      started,
      [10, 'stopping', { job: '2', jobType: 'stop', invocation: 'a' }],
      [12, 'succeeded', { invocation: 'a' }],
      [13, 'stopped', { job: '2', jobType: 'restart', invocation: 'a' }],
      [14, 'starting', { job: '2', jobType: 'start', invocation: 'b' }],
      [20, 'started', { job: '2', jobType: 'start', invocation: 'b' }],
    )
    assert.deepEqual(states.slice(1), [
      '10 down, disturbed 1',
      '14 runs, disturbed 14',
      '20 runs, disturbed 14',
    ])
    assert.deepEqual(jobs, ['1-1', '10-20'])
  })

  test('its own end is a stop, and none where systemd starts it again, which disturbs nobody', () => {
    assert.deepEqual(story(started, [10, 'succeeded', { invocation: 'a' }]).states, [
      '1 runs, disturbed 1',
      '10 stopped, disturbed 10',
    ])
    const { states, jobs } = story(
      started,
      [10, 'failed', { invocation: 'a' }],
      [20, 'restart-scheduled', { invocation: 'a' }],
      [21, 'stopped', { job: '2', jobType: 'restart', invocation: 'a' }],
      [22, 'started', { job: '2', jobType: 'start', invocation: 'b' }],
    )
    assert.deepEqual(
      new Set(states.map((state) => state.slice(state.indexOf(' ')))),
      new Set([' runs, disturbed 1']),
    )
    assert.deepEqual(jobs, ['1-1', '21-22 by systemd'])
  })

  test('a restart by somebody while it waits for its own disturbs it', () => {
    const { states } = story(
      started,
      [10, 'succeeded', { invocation: 'a' }],
      [11, 'stopped', { job: '2', jobType: 'restart', invocation: 'a' }],
      [12, 'started', { job: '2', jobType: 'start', invocation: 'b' }],
    )
    assert.deepEqual(states.slice(1), ['10 runs, disturbed 1', '12 runs, disturbed 12'])
  })

  test('a unit that failed is down and was not stopped, also where it would not start or stop as it should', () => {
    const failed: Told = [10, 'failed', { invocation: 'a' }]
    assert.deepEqual(story(started, failed).states.at(-1), '10 down, disturbed 1')
    const tried: Told = [20, 'start-failed', { job: '2', jobType: 'start' }]
    assert.deepEqual(story(started, failed, tried).states.at(-1), '20 down, disturbed 1')
    const stop = { job: '2', jobType: 'stop', invocation: 'a' }
    const { states } = story(started, [9, 'stopping', stop], failed, [11, 'stopped', stop])
    assert.deepEqual(states.at(-1), '11 down, disturbed 9')
  })

  test('a service that does one thing and ends has ended when it is called started', () => {
    const { states } = story(
      [1, 'starting', start],
      [5, 'succeeded', { invocation: 'a' }],
      [6, 'started', start],
    )
    assert.deepEqual(states, ['1 runs, disturbed 1', '5 stopped, disturbed 5', '6 stopped, disturbed 5'])
  })

  test('a reload disturbs it when it begins', () => {
    const reload = { job: '2', jobType: 'reload', invocation: 'a' }
    const { states, jobs } = story(started, [10, 'reloading', reload], [15, 'reloaded', reload])
    assert.deepEqual(states.slice(1), ['10 runs, disturbed 10', '15 runs, disturbed 10'])
    assert.deepEqual(jobs, ['1-1', '10-15'])
  })

  test('a job that another one takes the place of has ended', () => {
    const { jobs } = story([1, 'starting', start], [10, 'stopping', { job: '2', jobType: 'stop' }])
    assert.deepEqual(jobs, ['1-10', '10-'])
  })
})
