import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BusValue } from '../../../src/platform/bus/message.ts'
import { isStopped, unitState } from '../../../src/platform/systemd/unit-state.ts'

const told = (properties: Record<string, BusValue>) => unitState(new Map(Object.entries(properties)))

test('a state is read from the properties of a unit', () => {
  const properties = {
    Id: 'site.service',
    LoadState: 'loaded',
    ActiveState: 'activating',
    SubState: 'auto-restart',
    Job: [7, '/org/freedesktop/systemd1/job/7'],
    InactiveExitTimestamp: 1_779_000_000_000_000n,
    ActiveExitTimestamp: 0n,
    InvocationID: Buffer.from('4c02c48534e841f593cf4f1bb004604d', 'hex'),
  }
  assert.deepEqual(told(properties), {
    id: 'site.service',
    load: 'loaded',
    active: 'activating',
    sub: 'auto-restart',
    job: '/org/freedesktop/systemd1/job/7',
    invocation: '4c02c48534e841f593cf4f1bb004604d',
    inactiveExit: 1_779_000_000_000_000,
    activeExit: undefined,
    change: undefined,
  })
})

test('a unit without a job has none, and what is missing or strange reads as empty', () => {
  assert.equal(told({ Job: [0, '/'] }).job, undefined)
  const never = { inactiveExit: undefined, activeExit: undefined, change: undefined }
  const empty = { id: '', load: '', active: '', sub: '', job: undefined, invocation: '', ...never }
  assert.deepEqual(told({}), empty)
  assert.deepEqual(told({ Id: 7, Job: 'none', ActiveState: ['active'], InvocationID: 'x' }), empty)
})

const stopped: [load: string, active: string, job: string | undefined, stopped: boolean, why: string][] = [
  ['loaded', 'inactive', undefined, true, 'it was stopped, or never started'],
  ['loaded', 'deactivating', 'stop', true, 'somebody stops it'],
  ['loaded', 'active', 'stop', true, 'somebody has asked for its stop'],
  ['loaded', 'failed', 'stop', true, 'somebody stops it for good'],
  ['loaded', 'active', undefined, false, 'it runs'],
  ['loaded', 'reloading', 'reload', false, 'it reloads'],
  ['loaded', 'activating', 'start', false, 'it starts'],
  ['loaded', 'activating', undefined, false, 'systemd restarts it'],
  ['loaded', 'failed', undefined, false, 'it failed'],
  ['loaded', 'deactivating', undefined, false, 'it ends by itself'],
  ['loaded', 'deactivating', 'restart', false, 'somebody restarts it'],
  ['loaded', 'inactive', 'restart', false, 'it is in the middle of a restart'],
  ['loaded', 'inactive', 'start', false, 'it is about to start'],
  ['not-found', 'inactive', undefined, false, 'there is no such unit'],
  ['masked', 'inactive', undefined, false, 'it is masked'],
]
for (const [load, active, job, expected, why] of stopped) {
  test(`${expected ? 'stopped' : 'not stopped'}: ${why}`, () => {
    assert.equal(isStopped(told({ LoadState: load, ActiveState: active }), job), expected)
  })
}
