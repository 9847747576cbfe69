import assert from 'node:assert/strict'
import { once } from 'node:events'
import dbus from 'dbus-next'
import type { MethodCall, Signal } from '../../../src/platform/bus/message.ts'
import { until } from '../../lab/until.ts'
import { test } from './bus-test.ts'
import { connecting, stranger } from './connecting.ts'
import { privateBus } from './private-bus.ts'

const driver = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
}
const getId: MethodCall = { ...driver, member: 'GetId' }
const toNobody: MethodCall = { destination: 'a.silent.Service', path: '/', interface: 'a.b', member: 'Ask' }

test('a call is answered with plain values, or with the error by its name', async () => {
  await using daemon = await privateBus()
  await daemon.start()
  using bus = connecting(daemon.address)
  const all = { interface: 'org.freedesktop.DBus.Properties', member: 'GetAll', signature: 's' }
  const properties = await bus.call({ ...driver, ...all, body: [driver.interface] })
  assert.ok(properties.kind === 'reply' && properties.body[0] instanceof Map)
  assert.ok(Array.isArray(properties.body[0].get('Features')))
  const nonsense = await bus.call({ ...driver, member: 'Nonsense' })
  assert.equal(nonsense.kind === 'error' && nonsense.name, 'org.freedesktop.DBus.Error.UnknownMethod')
})

test('a bus that is absent at the start is waited for', async () => {
  await using daemon = await privateBus()
  using bus = connecting(daemon.address)
  const told: string[] = []
  bus.on('lost', (reason) => told.push(reason)).on('connected', () => told.push('connected'))
  const unsent = await bus.call(getId, 100)
  assert.equal(unsent.kind, 'unsent')
  const waiting = bus.call(getId)
  await daemon.start()
  assert.equal((await waiting).kind, 'reply')
  assert.match(told[0] ?? '', /ENOENT/)
  assert.deepEqual(told.slice(1), ['connected'])
})

test('a bus that dies in mid-call is told, found again, and its signals come as before', async () => {
  await using daemon = await privateBus()
  await daemon.start()
  using bus = connecting(daemon.address)
  const signals: Signal[] = []
  bus.on('signal', (signal) => {
    if (signal.interface === 'a.test.Interface') signals.push(signal)
  })
  await bus.addMatch("type='signal',interface='a.test.Interface',path='/here'")
  await once(bus, 'connected')
  {
    using silent = await stranger(daemon.address)
    silent.addMethodHandler(() => true)
    await silent.requestName('a.silent.Service', 0)
    const pending = bus.call(toNobody)
    const [reply, [reason]] = await Promise.all([pending, once(bus, 'lost'), daemon.kill()])
    assert.equal(reply.kind, 'unanswered')
    assert.match(String(reason), /closed the connection/)
  }
  await Promise.all([once(bus, 'connected'), daemon.start()])
  using sender = await stranger(daemon.address)
  for (const path of ['/elsewhere', '/here']) {
    sender.send(
      dbus.Message.newSignal(path, 'a.test.Interface', 'Said', 'sv', [path, new dbus.Variant('as', ['x'])]),
    )
  }
  await until('the signal', () => signals.length > 0)
  assert.deepEqual(
    signals.map(({ path, member, body }) => ({ path, member, body })),
    [{ path: '/here', member: 'Said', body: ['/here', ['x']] }],
  )
  assert.match(signals[0]?.sender ?? '', /^:1\./)
})

test('a rule that was taken back is in force no more', async () => {
  await using daemon = await privateBus()
  await daemon.start()
  using bus = connecting(daemon.address)
  using sender = await stranger(daemon.address)
  const members: string[] = []
  bus.on('signal', ({ member }) => members.push(member))
  await bus.addMatch("type='signal',interface='a.test.First'")
  await bus.addMatch("type='signal',interface='a.test.Second'")
  bus.removeMatch("type='signal',interface='a.test.First'")
  await bus.call(getId)
  sender.send(dbus.Message.newSignal('/', 'a.test.First', 'First'))
  sender.send(dbus.Message.newSignal('/', 'a.test.Second', 'Second'))
  await until('the second signal', () => members.includes('Second'))
  assert.ok(!members.includes('First'))
})

test('a service that never answers costs one call, not the connection', async () => {
  await using daemon = await privateBus()
  await daemon.start()
  using bus = connecting(daemon.address)
  using silent = await stranger(daemon.address)
  silent.addMethodHandler(() => true)
  await silent.requestName('a.silent.Service', 0)
  const losses: string[] = []
  bus.on('lost', (reason) => losses.push(reason))
  assert.deepEqual(await bus.call(toNobody, 50), {
    kind: 'unanswered',
    message: 'no answer to Ask in time',
  })
  assert.equal((await bus.call(getId)).kind, 'reply')
  assert.deepEqual(losses, [])
})

test('a bus that hangs without closing the connection is found out', async () => {
  await using daemon = await privateBus()
  await daemon.start()
  using bus = connecting(daemon.address, { answerMs: 200 })
  await once(bus, 'connected')
  daemon.freeze(true)
  const [reply, [reason]] = await Promise.all([bus.call(getId, 20), once(bus, 'lost')])
  assert.equal(reply.kind, 'unanswered')
  assert.equal(reason, 'the bus does not answer')
  daemon.freeze(false)
  assert.equal((await bus.call(getId)).kind, 'reply')
})

const unwelcoming = {
  'another way to authenticate': ['<auth>DBUS_COOKIE_SHA1</auth>', /authentication/],
  'no more connections (Hello fails)': ['<limit name="max_connections_per_user">0</limit>', /connections/],
  'no more match rules': ['<limit name="max_match_rules_per_connection">0</limit>', /match/],
} as const

for (const [wish, [configuration, words]] of Object.entries(unwelcoming)) {
  test(`a bus that wants ${wish} is told and tried again`, async () => {
    await using daemon = await privateBus(configuration)
    await daemon.start()
    using bus = connecting(daemon.address)
    void bus.addMatch("type='signal',interface='a.test.Interface'")
    const [reason] = await once(bus, 'lost')
    assert.match(String(reason), words)
    assert.equal((await bus.call(getId, 100)).kind, 'unsent')
  })
}
