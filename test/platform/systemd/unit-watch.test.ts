import assert from 'node:assert/strict'
import { once } from 'node:events'
import dbus from 'dbus-next'
import { instant } from '../../../src/engine/time.ts'
import { Systemd } from '../../../src/platform/systemd/systemd.ts'
import { unitPath } from '../../../src/platform/systemd/unit-path.ts'
import { watchUnits } from '../../../src/platform/systemd/unit-watch.ts'
import { until } from '../../lab/until.ts'
import { test } from '../bus/bus-test.ts'
import { connecting, stranger } from '../bus/connecting.ts'
import { privateBus } from '../bus/private-bus.ts'
import { FakeSystemd } from './fake-systemd.ts'

/** Collects observations as `UNIT stopped` and `UNIT started`, until its block ends. */
async function watching(address: string, units: readonly string[]) {
  const bus = connecting(address)
  const systemd = new Systemd(bus)
  const stop = new AbortController()
  const seen: string[] = []
  const ended = (async () => {
    const options = { systemd, units, clock: { now: () => instant(1) }, signal: stop.signal }
    const last = new Map<string, boolean>()
    for await (const { unit, stopped } of watchUnits(options)) {
      if (last.get(unit) === stopped) continue
      last.set(unit, stopped)
      seen.push(`${unit} ${stopped ? 'stopped' : 'started'}`)
    }
  })()
  return {
    bus,
    systemd,
    seen,
    /** Waits until these, and no others, were seen. */
    saw: async (...expected: string[]) => {
      await until(expected.join(', '), () => seen.length >= expected.length, 5_000)
      assert.deepEqual(seen, expected)
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort()
      await ended
      bus.close()
    },
  }
}

test('each unit is told once at first, and then when it is stopped or started', async () => {
  await using daemon = await privateBus()
  await daemon.start()
  using systemd = await FakeSystemd.start(daemon.address)
  systemd.set('a.service', { active: 'active' })
  systemd.set('b.service', { active: 'inactive' })
  await using watch = await watching(daemon.address, ['a.service', 'b.service'])
  await watch.saw('a.service started', 'b.service stopped')
  systemd.set('a.service', { active: 'failed' })
  systemd.set('a.service', { active: 'inactive' })
  systemd.set('c.service', { active: 'inactive' })
  await watch.saw('a.service started', 'b.service stopped', 'a.service stopped')
  systemd.set('b.service', { active: 'active' })
  await watch.saw('a.service started', 'b.service stopped', 'a.service stopped', 'b.service started')
})

test('a restart is no stop, and a stop is one as soon as it is asked for', async () => {
  await using daemon = await privateBus()
  await daemon.start()
  using systemd = await FakeSystemd.start(daemon.address)
  systemd.set('a.service', {})
  await using watch = await watching(daemon.address, ['a.service'])
  await watch.saw('a.service started')
  systemd.beginJob('a.service', 'restart')
  systemd.set('a.service', { active: 'inactive' })
  systemd.endJob('a.service', 'done', 'active')
  systemd.beginJob('a.service', 'stop')
  await watch.saw('a.service started', 'a.service stopped')
})

test('systemd that re-executes itself is subscribed to again, and its units are read anew', async () => {
  await using daemon = await privateBus()
  await daemon.start()
  using systemd = await FakeSystemd.start(daemon.address)
  systemd.set('a.service', {})
  await using watch = await watching(daemon.address, ['a.service'])
  await watch.saw('a.service started')
  systemd.leave()
  systemd.set('a.service', { active: 'inactive' })
  await systemd.join()
  await watch.saw('a.service started', 'a.service stopped')
  await until('the subscription', () => systemd.subscribed)
  systemd.set('a.service', { active: 'active' })
  await watch.saw('a.service started', 'a.service stopped', 'a.service started')
})

test('after the loss of the bus the units are read anew', async () => {
  await using daemon = await privateBus()
  using systemd = new FakeSystemd(daemon.address)
  systemd.set('a.service', {})
  await using watch = await watching(daemon.address, ['a.service'])
  await once(watch.bus, 'lost')
  await daemon.start()
  await systemd.join()
  await watch.saw('a.service started')
  await daemon.kill()
  systemd.leave()
  systemd.set('a.service', { active: 'inactive' })
  await daemon.start()
  await systemd.join()
  await watch.saw('a.service started', 'a.service stopped')
})

test('an alias is followed to the unit itself', async () => {
  await using daemon = await privateBus()
  await daemon.start()
  using systemd = await FakeSystemd.start(daemon.address)
  systemd.set('real.service', { alias: 'alias.service' })
  await using watch = await watching(daemon.address, ['alias.service'])
  await watch.saw('alias.service started')
  systemd.set('real.service', { active: 'inactive' })
  await watch.saw('alias.service started', 'alias.service stopped')
})

test('a unit that does not exist yet is told when unit files were read again', async () => {
  await using daemon = await privateBus()
  await daemon.start()
  using systemd = await FakeSystemd.start(daemon.address)
  await using watch = await watching(daemon.address, ['new.service'])
  await until('the first look', () => systemd.reads.length > 0)
  systemd.install('new.service', { active: 'inactive' })
  systemd.reloaded()
  await watch.saw('new.service stopped')
})

test('what others say in the name of systemd is not believed', async () => {
  await using daemon = await privateBus()
  await daemon.start()
  using systemd = await FakeSystemd.start(daemon.address)
  systemd.set('a.service', {})
  await using watch = await watching(daemon.address, ['a.service'])
  await watch.saw('a.service started')
  using liar = await stranger(daemon.address)
  const told: string[] = []
  watch.systemd.on('job', (path) => told.push(path))
  watch.systemd.on('changed', (path) => told.push(path))
  const [manager, path] = ['org.freedesktop.systemd1.Manager', '/org/freedesktop/systemd1']
  const ours = await watch.bus.call({
    destination: 'org.freedesktop.DBus',
    path: '/org/freedesktop/DBus',
    interface: 'org.freedesktop.DBus',
    member: 'ListNames',
  })
  const names = ours.kind === 'reply' && Array.isArray(ours.body[0]) ? ours.body[0].map(String) : []
  const heard: string[] = []
  watch.bus.on('signal', ({ member }) => heard.push(member))
  for (const destination of names.filter((name) => name.startsWith(':'))) {
    const job = dbus.Message.newSignal(path, manager, 'JobRemoved', 'uoss', [
      1,
      `${path}/job/1`,
      'a.service',
      'done',
    ])
    liar.send(Object.assign(job, { destination }))
    const change = dbus.Message.newSignal(
      unitPath('a.service'),
      'org.freedesktop.DBus.Properties',
      'PropertiesChanged',
      'sa{sv}as',
      ['org.freedesktop.systemd1.Unit', {}, []],
    )
    liar.send(Object.assign(change, { destination }))
  }
  await until('both lies', () => heard.includes('JobRemoved') && heard.includes('PropertiesChanged'))
  assert.deepEqual(told, [])
})
