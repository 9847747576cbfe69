import assert from 'node:assert/strict'
import { once } from 'node:events'
import { actuatorOf } from '../../src/actions/actuators.ts'
import type { UnitAttemptOptions } from '../../src/actions/unit-attempt.ts'
import type { Attempt } from '../../src/engine/input.ts'
import type { Action, UnitVerb } from '../../src/engine/rule.ts'
import { Systemd } from '../../src/platform/systemd/systemd.ts'
import { until } from '../lab/until.ts'
import { test } from '../platform/bus/bus-test.ts'
import { connecting } from '../platform/bus/connecting.ts'
import { type PrivateBus, privateBus } from '../platform/bus/private-bus.ts'
import { type Conduct, FakeSystemd } from '../platform/systemd/fake-systemd.ts'
import { incident, noAlerts } from './incidents.ts'

const unit = 'site.service'
const never = new AbortController().signal
const to = (verb: UnitVerb): Action => ({ kind: 'unit', verb, unit })

interface Stage extends AsyncDisposable {
  readonly daemon: PrivateBus
  readonly fake: FakeSystemd
  readonly systemd: Systemd
  perform(action: Action, signal?: AbortSignal): Promise<Attempt>
}

/** A bus, a systemd with an active site.service, and our actuator. */
async function stage(options: Partial<UnitAttemptOptions> = {}): Promise<Stage> {
  const daemon = await privateBus()
  await daemon.start()
  const fake = await FakeSystemd.start(daemon.address)
  fake.set(unit, {})
  const bus = connecting(daemon.address)
  const systemd = new Systemd(bus)
  const actuator = actuatorOf({ systemd, user: 'watchdog', jobTimeoutMs: 5_000, ...options }, noAlerts)
  return {
    daemon,
    fake,
    systemd,
    perform: (action, signal = never) => actuator.perform(action, incident(), signal),
    [Symbol.asyncDispose]: async () => {
      bus.close()
      fake.leave()
      await daemon[Symbol.asyncDispose]()
    },
  }
}

const calls: [action: Action, call: string][] = [
  [to('restart'), 'RestartUnit site.service replace'],
  [to('reload'), 'ReloadUnit site.service replace'],
  [to('reload_or_restart'), 'ReloadOrRestartUnit site.service replace'],
  [to('start'), 'StartUnit site.service replace'],
  [to('stop'), 'StopUnit site.service replace'],
  [to('reset_failed'), 'ResetFailedUnit site.service'],
  [{ kind: 'kill', unit, signal: 'SIGUSR2' }, 'KillUnit site.service all 12'],
]
for (const [action, call] of calls) {
  test(`${call} is called, and done when its job is`, async () => {
    await using on = await stage()
    assert.deepEqual(await on.perform(action), { action, result: 'done' })
    assert.deepEqual(on.fake.calls, [call])
  })
}

test('a restart is waited for until its job has ended', async () => {
  await using on = await stage()
  on.fake.conduct = { kind: 'long-job' }
  let ended = false
  const attempt = on.perform(to('restart')).finally(() => {
    ended = true
  })
  await until('the job', () => on.fake.unit(unit).job !== undefined)
  // Another unit's end is not ours.
  on.fake.set('other.service', {})
  on.fake.beginJob('other.service', 'start')
  on.fake.endJob('other.service', 'failed')
  await on.systemd.properties('/none', 'none')
  assert.equal(ended, false)
  on.fake.endJob(unit, 'done')
  assert.equal((await attempt).result, 'done')
})

const jobs: [result: string, message: RegExp][] = [
  ['failed', /^restart of site\.service failed \(exit-code\): see "journalctl -u site\.service"$/],
  ['timeout', /took longer than its job may \(JobTimeoutSec=\)/],
  ['canceled', /called off: somebody else stopped, started or restarted it/],
  ['dependency', /"systemctl list-dependencies site\.service"/],
  ['skipped', /was not done, because it is not running/],
  ['assert', /ended with "assert": see "systemctl status site\.service"/],
]
for (const [result, message] of jobs) {
  test(`a job that ends with "${result}" is a failure`, async () => {
    await using on = await stage()
    on.fake.conduct = { kind: 'job', result }
    const attempt = await on.perform(to('restart'))
    assert.equal(attempt.result, 'failed')
    assert.match(attempt.message ?? '', message)
  })
}

const errors: [name: string, result: Attempt['result'], message: RegExp][] = [
  [
    'org.freedesktop.DBus.Error.InteractiveAuthorizationRequired',
    'refused',
    /^user watchdog is not allowed to restart/,
  ],
  [
    'org.freedesktop.DBus.Error.AccessDenied',
    'refused',
    /manage-units with unit "site\.service" and verb "restart"/,
  ],
  ['org.freedesktop.systemd1.UnitMasked', 'failed', /is masked: "systemctl unmask site\.service"/],
  [
    'org.freedesktop.systemd1.BadUnitSetting',
    'failed',
    /could not be loaded, see "systemctl status site\.service": words/,
  ],
  ['org.freedesktop.systemd1.OnlyByDependency', 'failed', /^systemd would not restart site\.service: words$/],
]
for (const [name, result, message] of errors) {
  test(`${name} is ${result}`, async () => {
    await using on = await stage()
    on.fake.conduct = { kind: 'error', name, message: 'words' }
    const attempt = await on.perform(to('restart'))
    assert.equal(attempt.result, result)
    assert.match(attempt.message ?? '', message)
  })
}

const notLoaded: Conduct = {
  kind: 'error',
  name: 'org.freedesktop.systemd1.NoSuchUnit',
  message: 'not loaded',
}

test('there is no unit of that name: look at those that there are', async () => {
  await using on = await stage()
  on.fake.set(unit, { load: 'not-found', active: 'inactive' })
  on.fake.conduct = notLoaded
  const attempt = await on.perform(to('restart'))
  assert.equal(attempt.result, 'failed')
  assert.match(attempt.message ?? '', /^there is no unit site\.service: .*systemctl list-unit-files/)
})

test('a unit that systemd has forgotten, because it does not run, is not called missing', async () => {
  await using on = await stage()
  on.fake.set(unit, { active: 'inactive' })
  on.fake.conduct = notLoaded
  assert.equal((await on.perform(to('reset_failed'))).result, 'done')
  assert.equal((await on.perform(to('stop'))).result, 'done')
  const killed = await on.perform({ kind: 'kill', unit, signal: 'SIGHUP' })
  assert.equal(killed.result, 'failed')
  assert.match(killed.message ?? '', /has no processes/)
})

test('a start that fails right after its job is a failure', async () => {
  await using on = await stage()
  on.fake.conduct = { kind: 'long-job' }
  const attempt = on.perform(to('restart'))
  await until('the job', () => on.fake.unit(unit).job !== undefined)
  on.fake.endJob(unit, 'done', 'failed')
  const { result, message } = await attempt
  assert.equal(result, 'failed')
  assert.match(message ?? '', /^site\.service failed right after its restart \(exit-code\)/)
})

test('a job that fails without a start is one that the start limit may have forbidden', async () => {
  await using on = await stage()
  on.fake.set(unit, { active: 'failed', invocation: 7 })
  on.fake.conduct = { kind: 'long-job' }
  const attempt = on.perform(to('restart'))
  await until('the job', () => on.fake.unit(unit).job !== undefined)
  on.fake.install(unit, { invocation: 6 })
  on.fake.endJob(unit, 'failed', 'failed')
  assert.match((await attempt).message ?? '', /failed before it was started, .* put reset_failed before/)
})

for (const verb of ['restart', 'reload_or_restart'] as const) {
  test(`${verb} leaves alone what somebody has stopped, or is stopping`, async () => {
    await using on = await stage()
    on.fake.set(unit, { active: 'inactive' })
    assert.equal((await on.perform(to(verb))).result, 'stopped')
    on.fake.set(unit, { active: 'active' })
    on.fake.beginJob(unit, 'stop')
    assert.equal((await on.perform(to(verb))).result, 'stopped')
    assert.deepEqual(on.fake.calls, [])
  })
}

test('a restart right after reset_failed acts on the unit that had failed, and looks stopped now', async () => {
  await using on = await stage()
  on.fake.set(unit, { active: 'failed' })
  assert.equal((await on.perform(to('reset_failed'))).result, 'done')
  on.fake.set(unit, { active: 'inactive' })
  assert.equal((await on.perform(to('restart'))).result, 'done')
  assert.deepEqual(on.fake.calls, ['ResetFailedUnit site.service', 'RestartUnit site.service replace'])
  // Once: from then on it is somebody else who stops it.
  on.fake.set(unit, { active: 'inactive' })
  assert.equal((await on.perform(to('restart'))).result, 'stopped')
})

test('a restart after reset_failed leaves alone what had not failed, but been stopped', async () => {
  await using on = await stage()
  on.fake.set(unit, { active: 'inactive' })
  assert.equal((await on.perform(to('reset_failed'))).result, 'done')
  assert.equal((await on.perform(to('restart'))).result, 'stopped')
})

for (const active of ['active', 'reloading', 'activating', 'failed', 'deactivating']) {
  test(`a restart acts on a unit that is ${active}`, async () => {
    await using on = await stage()
    on.fake.set(unit, { active })
    assert.equal((await on.perform(to('restart'))).result, 'done')
  })
}

test('start acts on a stopped unit: it was asked for by name', async () => {
  await using on = await stage()
  on.fake.set(unit, { active: 'inactive' })
  assert.equal((await on.perform(to('start'))).result, 'done')
})

test('a job that never ends is given up, and so is a systemd that never answers', async () => {
  await using on = await stage({ jobTimeoutMs: 50, callTimeoutMs: 50 })
  on.fake.conduct = { kind: 'long-job' }
  const long = await on.perform(to('restart'))
  assert.equal(long.result, 'timed-out')
  assert.match(long.message ?? '', /may be going on: see "systemctl list-jobs"/)
  on.fake.endJob(unit, 'done')
  on.fake.conduct = { kind: 'silence' }
  const silent = await on.perform(to('restart'))
  assert.equal(silent.result, 'timed-out')
  assert.match(silent.message ?? '', /"systemctl status site\.service"/)
})

test('actions on one unit follow each other, and do not wait for other units', async () => {
  await using on = await stage()
  on.fake.set('other.service', {})
  on.fake.conduct = { kind: 'long-job' }
  const first = on.perform(to('restart'))
  const second = on.perform(to('reload'))
  const other = on.perform({ kind: 'unit', verb: 'stop', unit: 'other.service' })
  await until('two calls', () => on.fake.calls.length >= 2)
  assert.deepEqual(on.fake.calls.toSorted(), [
    'RestartUnit site.service replace',
    'StopUnit other.service replace',
  ])
  on.fake.endJob('other.service', 'done', 'inactive')
  on.fake.endJob(unit, 'done')
  assert.equal((await first).result, 'done')
  await until('the third call', () => on.fake.calls.length === 3)
  on.fake.endJob(unit, 'done')
  assert.equal((await second).result, 'done')
  assert.equal((await other).result, 'done')
})

test('a bus that is away is waited for', async () => {
  await using on = await stage()
  await once(on.systemd, 'ready')
  await on.daemon.kill()
  on.fake.leave()
  const attempt = on.perform(to('restart'))
  await on.daemon.start()
  await on.fake.join()
  assert.equal((await attempt).result, 'done')
})

test('a bus that stays away is a failure, and nothing was done', async () => {
  await using on = await stage({ callTimeoutMs: 100 })
  await once(on.systemd, 'ready')
  await on.daemon.kill()
  const attempt = await on.perform(to('restart'))
  assert.equal(attempt.result, 'failed')
  assert.match(
    attempt.message ?? '',
    /^restart of site\.service was not begun: the message bus cannot be reached$/,
  )
})

test('a systemd that is not on the bus is told from a bus that is away', async () => {
  await using on = await stage({ callTimeoutMs: 100 })
  await once(on.systemd, 'ready')
  on.fake.leave()
  const attempt = await on.perform(to('restart'))
  assert.match(attempt.message ?? '', /systemd is not on the message bus$/)
})

/** The bus dies while a restart's job is under way, and `ends` before it comes back. */
async function losingTheBus(on: Stage, ends: () => void): Promise<Attempt> {
  on.fake.conduct = { kind: 'long-job' }
  const attempt = on.perform(to('restart'))
  await until('the job', () => on.fake.unit(unit).job !== undefined)
  await on.daemon.kill()
  on.fake.leave()
  ends()
  await on.daemon.start()
  await on.fake.join()
  return attempt
}

test('a job that ends while the bus is away is judged by the unit', async () => {
  await using on = await stage()
  assert.equal((await losingTheBus(on, () => on.fake.endJob(unit, 'done', 'active'))).result, 'done')
  assert.equal((await losingTheBus(on, () => on.fake.endJob(unit, 'failed', 'failed'))).result, 'failed')
})

test('a job that outlives the bus is waited for, and never asked for twice', async () => {
  await using on = await stage()
  const attempt = losingTheBus(on, () => undefined)
  await until('the new subscription', () => on.fake.subscribed && on.fake.calls.length === 1)
  await until('the question for the job', () => on.fake.reads.at(-1)?.includes('/job/'))
  on.fake.endJob(unit, 'done')
  assert.equal((await attempt).result, 'done')
  assert.deepEqual(on.fake.calls, ['RestartUnit site.service replace'])
})

test('a systemd that re-executes itself during a job is asked again for its end', async () => {
  await using on = await stage()
  on.fake.conduct = { kind: 'long-job' }
  const attempt = on.perform(to('restart'))
  await until('the job', () => on.fake.unit(unit).job !== undefined)
  on.fake.leave()
  await on.fake.join()
  await until('the new subscription', () => on.fake.subscribed)
  on.fake.endJob(unit, 'done')
  assert.equal((await attempt).result, 'done')
})

test('when the bus dies before the answer, a restart is not repeated, and told by what the unit shows', async () => {
  await using on = await stage()
  on.fake.conduct = { kind: 'silence' }
  const attempt = on.perform(to('restart'))
  await until('the call', () => on.fake.calls.length === 1)
  on.fake.beginJob(unit, 'restart')
  await on.daemon.kill()
  on.fake.leave()
  on.fake.endJob(unit, 'done')
  await on.daemon.start()
  await on.fake.join()
  assert.equal((await attempt).result, 'done')
  assert.equal(on.fake.calls.length, 1)
})

test('with the abort of the signal nothing is waited for, and nothing more begun', async () => {
  await using on = await stage()
  const stop = new AbortController()
  on.fake.conduct = { kind: 'long-job' }
  const first = on.perform(to('restart'), stop.signal)
  const second = on.perform(to('restart'), stop.signal)
  await until('the job', () => on.fake.unit(unit).job !== undefined)
  stop.abort()
  assert.equal((await first).result, 'timed-out')
  assert.equal((await second).result, 'timed-out')
  assert.equal((await on.perform(to('restart'), stop.signal)).result, 'failed')
  on.fake.endJob(unit, 'done')
  await on.systemd.properties('/none', 'none')
  assert.equal(on.fake.calls.length, 1)
})
