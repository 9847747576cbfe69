import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import fc from 'fast-check'
import { until } from '../../lab/until.ts'
import { connecting } from './connecting.ts'
import { rawBus } from './raw-bus.ts'

const welcome = 'OK 0123456789abcdef0123456789abcdef\r\n'

/** A little-endian frame whose header says what it likes. */
function frame(type: number, fields: string, body: string, bodyLength = body.length / 2): Buffer {
  const head = Buffer.alloc(16)
  head.set([0x6c, type, 0, 1])
  head.writeUInt32LE(bodyLength >>> 0, 4)
  head.writeUInt32LE(1, 8)
  head.writeUInt32LE(fields.length / 2, 12)
  const padding = '0'.repeat((16 - (fields.length % 16)) % 16)
  return Buffer.concat([head, Buffer.from(fields + padding + body, 'hex')])
}

/** Lets the client in as `:1.7`: a reply to message 1 that bears a string. */
const hello = frame(2, '050175000100000008016700017300', '040000003a312e3700')

const hostile: Record<string, Buffer> = {
  'an endless array': frame(4, '0801670003617500', 'ffffffff'),
  'a negative length': frame(4, '', '', -16),
  'a length beyond any limit': frame(4, '', '', 0x7fff_0000),
  'a field of a type that is none': frame(4, '01017a0000000000', ''),
  'a file descriptor that it did not send': frame(4, '08016700016800', '00000000'),
}

for (const [name, bytes] of Object.entries(hostile)) {
  test(`a bus that sends ${name} loses the connection, and the process lives`, async () => {
    await using daemon = await rawBus(welcome, hello)
    using bus = connecting(daemon.address)
    await once(bus, 'connected')
    daemon.send(bytes)
    const [reason] = await once(bus, 'lost')
    assert.match(String(reason), /cannot be read/)
    await until('another attempt', () => daemon.connections > 1)
  })
}

test('a message that the library cannot take is passed over: any user of the bus could send one', async () => {
  const signalWithoutPath = frame(4, '07017300040000003a312e3900', '')
  await using daemon = await rawBus(welcome, hello)
  using bus = connecting(daemon.address)
  const losses: string[] = []
  bus.on('lost', (reason) => losses.push(reason))
  await once(bus, 'connected')
  daemon.send(signalWithoutPath)
  const ping = { destination: 'a.b', path: '/', interface: 'a.b', member: 'Ping' }
  assert.equal((await bus.call(ping, 50)).kind, 'unanswered')
  assert.deepEqual(losses, [])
})

const bytes = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 200 }),
  fc
    .tuple(fc.integer({ min: 0, max: 5 }), fc.uint8Array({ maxLength: 120 }), fc.nat(200))
    .map(([type, fields, length]) => frame(type, Buffer.from(fields).toString('hex'), '', length)),
)

const call = { destination: 'a.b', path: '/', interface: 'a.b', member: 'C' }

test('whatever a bus sends in place of Hello, the process lives', async () => {
  const property = fc.asyncProperty(bytes, async (sent) => {
    await using daemon = await rawBus(welcome, Buffer.from(sent))
    using bus = connecting(daemon.address, { answerMs: 20 })
    assert.notEqual((await bus.call(call, 30)).kind, 'reply')
  })
  await fc.assert(property, { numRuns: 30 })
})

test('whatever a bus sends after Hello, the process lives', async () => {
  await using daemon = await rawBus(welcome, hello)
  using bus = connecting(daemon.address, { answerMs: 20 })
  const property = fc.asyncProperty(bytes, async (sent) => {
    if (!bus.connected) await once(bus, 'connected')
    daemon.send(Buffer.from(sent))
    assert.notEqual((await bus.call(call, 10)).kind, 'reply')
  })
  await fc.assert(property, { numRuns: 30 })
})

for (const greeting of ['REJECTED\r\n', 'REJECTED DBUS_COOKIE_SHA1\r\n', '\r\n', '\0\xff', 'OK\r\n', '']) {
  test(`a bus that answers authentication with ${JSON.stringify(greeting)} is tried again`, async () => {
    await using daemon = await rawBus(greeting, Buffer.alloc(0))
    using bus = connecting(daemon.address, { answerMs: 50 })
    const [reason] = await once(bus, 'lost')
    assert.match(String(reason), /authentication|does not answer/)
    await until('another attempt', () => daemon.connections > 1)
  })
}
