/** The quick wire upon real sockets, of both kinds: the same bytes as through Node's streams, and never those of another. */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { record, recordType } from '../../src/pool/protocol/record.ts'
import { Connection } from '../../src/pool/responder/connection.ts'
import type { Exchange } from '../../src/pool/responder/exchange.ts'
import { isRawHandle, type RawHandle, takeConnections } from '../../src/pool/responder/raw-handle.ts'
import { SocketWire } from '../../src/pool/responder/socket-wire.ts'
import { longestText } from '../../src/pool/responder/text-write.ts'
import { until } from '../lab/until.ts'
import { requestRecords } from './support/fcgi-client.ts'
import { workspace } from './support/workspace.ts'

type Kind = 'tcp' | 'unix'

interface Listening {
  readonly server: Server
  readonly accepted: RawHandle[]
  dial(): Promise<Socket>
}

async function listening(t: TestContext, kind: Kind): Promise<Listening> {
  const space = workspace()
  const path = space.path('wire.sock')
  const accepted: RawHandle[] = []
  const server = createServer(() => assert.fail('a socket was made'))
  server.listen(kind === 'tcp' ? { port: 0, host: '127.0.0.1' } : { path })
  await once(server, 'listening')
  takeConnections(server, (handle) => accepted.push(handle))
  const clients: Socket[] = []
  t.after(async () => {
    for (const client of clients) client.destroy()
    server.close()
    await space.end()
  })
  return {
    server,
    accepted,
    dial: async () => {
      const address = server.address()
      assert.ok(address !== null)
      const client = connect(
        typeof address === 'string' ? { path: address } : { port: address.port, host: '127.0.0.1' },
      )
      client.allowHalfOpen = true
      clients.push(client)
      client.on('error', () => undefined)
      await once(client, 'connect')
      return client
    },
  }
}

interface Seen {
  readonly wire: SocketWire
  readonly client: Socket
  readonly told: string[]
  readonly got: () => string
}

/** `first`: what the client has sent before the wire is made. */
async function wired(t: TestContext, kind: Kind, first = ''): Promise<Seen> {
  const { accepted, dial } = await listening(t, kind)
  const client = await dial()
  if (first !== '') await new Promise((resolve) => client.write(first, resolve))
  await until('the connection', () => accepted.length === 1)
  const told: string[] = []
  let received = ''
  const [handle] = accepted
  assert.ok(handle !== undefined)
  const wire = new SocketWire(handle)
  wire.start({
    onData: (bytes, length) => {
      received += bytes.toString('latin1', 0, length)
    },
    onEnd: () => told.push('end'),
    onDrain: () => told.push('drain'),
    onFinish: () => told.push('finish'),
    onClose: () => told.push('close'),
  })
  return { wire, client, told, got: () => received }
}

interface Connected {
  readonly wire: SocketWire
  readonly connection: Connection
  readonly client: Socket
  readonly requests: Exchange[]
  readonly closed: () => boolean
}

async function connected(t: TestContext, kind: Kind): Promise<Connected> {
  const { accepted, dial } = await listening(t, kind)
  const client = await dial()
  await until('the connection', () => accepted.length === 1)
  const [handle] = accepted
  assert.ok(handle !== undefined)
  const wire = new SocketWire(handle)
  const requests: Exchange[] = []
  let closed = false
  const connection = new Connection(wire, {
    limits: { connections: 10, requests: 10, paramBytes: 1_000, bodyBufferBytes: 1_000 },
    activeRequests: () => 0,
    onRequest: (exchange) => requests.push(exchange),
    onIdle: () => undefined,
    onClose: () => {
      closed = true
    },
  })
  connection.start()
  return { wire, connection, client, requests, closed: () => closed }
}

const request = (id: number): Buffer =>
  Buffer.concat([...requestRecords(id, {}, true), record(recordType.stdin, id)])

for (const kind of ['tcp', 'unix'] as const) {
  test(`${kind}: a handle has what is used of it, on this version of Node`, async (t) => {
    const { accepted, dial } = await listening(t, kind)
    const client = await dial()
    await until('the connection', () => accepted.length === 1)
    const [handle] = accepted
    assert.ok(isRawHandle(handle))
    assert.ok(longestText > 0, 'texts cannot be written')
    const reads: (string | undefined)[] = []
    const buffer = Buffer.alloc(1_000)
    handle.useUserBuffer(buffer)
    let before = handle.bytesRead
    handle.onread = () => {
      const bytes = handle.bytesRead - before
      before += bytes
      reads.push(bytes === 0 ? undefined : buffer.toString('latin1', 0, bytes))
    }
    handle.readStart()
    client.write('one')
    await until('the first read', () => reads.length === 1)
    handle.readStop()
    client.write('two')
    handle.readStart()
    client.end()
    await until('the end', () => reads.at(-1) === undefined)
    assert.equal(reads.join(''), 'onetwo')
    handle.close()
  })

  test(`${kind}: what has come is there at once, what comes later is told`, async (t) => {
    const { client, got, told, wire } = await wired(t, kind, 'first')
    assert.equal(got(), 'first')
    client.write('second')
    await until('the second', () => got() === 'firstsecond')
    wire.close()
    assert.deepEqual(told, [], 'told within the call')
    await until('the close', () => told.length > 0)
    wire.close()
    await until('the end', () => client.resume().readableEnded)
    assert.deepEqual(told, ['close'])
  })

  test(`${kind}: more than the kernel takes is sent whole and in order`, async (t) => {
    const { client, told, wire } = await wired(t, kind)
    const parts = Array.from({ length: 40 }, (_, part) => Buffer.alloc(100_000, part))
    const rooms = parts.map((part) => wire.write(part))
    assert.ok(rooms.includes(false))
    assert.ok(wire.unsentBytes > 0)
    const received: Buffer[] = []
    client.on('data', (bytes: Buffer) => received.push(bytes))
    await until('all of it', () => received.reduce((sum, { length }) => sum + length, 0) === 4_000_000)
    assert.ok(Buffer.concat(received).equals(Buffer.concat(parts)))
    await until('room', () => told.includes('drain') && wire.unsentBytes === 0)
    // It goes on in both directions, and ends as before.
    wire.write(Buffer.from('more'))
    await until('more', () => received.at(-1)?.toString() === 'more')
    client.end()
    await until('the end', () => told.includes('end'))
    wire.close()
    await until('the close', () => told.includes('close'))
    assert.deepEqual(
      told.filter((each) => each !== 'drain'),
      ['end', 'close'],
    )
  })

  test(`${kind}: texts and bytes that the kernel does not take at once arrive whole and in order`, async (t) => {
    const { client, told, wire } = await wired(t, kind)
    const sent: string[] = []
    const write = (text: string, asBytes: boolean): boolean => {
      sent.push(text)
      return wire.write(asBytes ? Buffer.from(text, 'latin1') : text)
    }
    while (write(`${sent.length}\xff`.padEnd(1 + ((sent.length * 997) % longestText)), false));
    const full = wire.unsentBytes
    assert.ok(full > 0)
    // Behind the one that waits.
    for (let more = 0; more < 20; more++) write(`${sent.length}`.padEnd(more * 2_000), more % 2 === 0)
    assert.ok(wire.unsentBytes > full)
    let received = ''
    client.on('data', (bytes: Buffer) => {
      received += bytes.toString('latin1')
    })
    await until('all of it', () => received.length === sent.join('').length)
    assert.ok(received === sent.join(''))
    await until('room', () => told.includes('drain') && wire.unsentBytes === 0)
    assert.equal(write('more', false), true)
    await until('more', () => received.endsWith('more'))
    wire.close()
    await until('the close', () => told.includes('close'))
  })

  test(`${kind}: one text that the kernel does not take at once is told when it is sent`, async (t) => {
    const { client, got, told, wire } = await wired(t, kind)
    while (wire.write('x'.repeat(longestText)));
    wire.end()
    client.write('asked meanwhile')
    client.resume()
    await until('room', () => told.includes('drain'))
    assert.equal(wire.unsentBytes, 0)
    await until('the end', () => client.readableEnded)
    await until('what was asked', () => got() === 'asked meanwhile')
    wire.close()
    await until('the close', () => told.includes('close'))
  })

  test(`${kind}: a peer that is gone closes it while a text waits`, async (t) => {
    const { client, told, wire } = await wired(t, kind)
    while (wire.write('x'.repeat(longestText)));
    client.destroy()
    await until('the close', () => told.includes('close'))
    assert.equal(wire.write('nobody'), true)
    assert.equal(told.filter((each) => each === 'close').length, 1)
  })

  test(`${kind}: nothing is read while it is paused`, async (t) => {
    const { client, got, told, wire } = await wired(t, kind)
    assert.ok(wire.handle !== undefined)
    wire.pause()
    await new Promise((resolve) => client.write('waits', resolve))
    await new Promise(setImmediate)
    await new Promise(setImmediate)
    assert.equal(got(), '')
    wire.resume()
    await until('what waited', () => got() === 'waits')
    wire.pause()
    while (wire.write(Buffer.alloc(100_000)));
    await new Promise((resolve) => client.write(', too', resolve))
    client.resume()
    await until('room', () => told.includes('drain'))
    assert.equal(got(), 'waits')
    wire.resume()
    await until('what waited then', () => got() === 'waits, too')
    wire.close()
  })

  test(`${kind}: nothing more is read where the very first bytes were enough`, async (t) => {
    const { accepted, dial } = await listening(t, kind)
    const client = await dial()
    await new Promise((resolve) => client.write('first', resolve))
    await until('the connection', () => accepted.length === 1)
    const [handle] = accepted
    assert.ok(handle !== undefined)
    const wire = new SocketWire(handle)
    let received = ''
    const ignore = (): undefined => undefined
    wire.start({
      onData: (bytes, length) => {
        received += bytes.toString('latin1', 0, length)
        wire.pause()
      },
      onEnd: ignore,
      onDrain: ignore,
      onFinish: ignore,
      onClose: ignore,
    })
    await new Promise((resolve) => client.write(', second', resolve))
    await new Promise(setImmediate)
    await new Promise(setImmediate)
    assert.equal(received, 'first')
    wire.resume()
    await until('the second', () => received === 'first, second')
    wire.close()
  })

  test(`${kind}: a connection that takes no more stays so when its answer is taken`, async (t) => {
    const { client, connection, requests, wire } = await connected(t, kind)
    client.write(request(1))
    await until('the first request', () => requests.length === 1)
    // So much that it stops to read.
    for (let part = 0; part < 200; part++) requests[0]?.write(Buffer.alloc(100_000))
    connection.takeNoMore()
    client.resume()
    await until('the answer', () => wire.unsentBytes === 0)
    await new Promise((resolve) => client.write(request(2), resolve))
    await new Promise(setImmediate)
    await new Promise(setImmediate)
    assert.equal(requests.length, 1)
    connection.resumeReading()
    await until('the second request', () => requests.length === 2)
    connection.close()
  })

  for (const sends of ['nothing more', 'on'] as const) {
    test(`${kind}: a connection that is not kept sends all of a long answer, however long that takes, to one who sends ${sends}`, async (t) => {
      const { client, closed, requests } = await connected(t, kind)
      client.write(Buffer.concat(requestRecords(1, {}, false)))
      if (sends === 'nothing more') client.write(record(recordType.stdin, 1))
      await until('the request', () => requests.length === 1)
      t.mock.timers.enable({ apis: ['setTimeout'] })
      requests[0]?.answer('', Buffer.alloc(20_000_000))
      t.mock.timers.tick(1_000_000)
      t.mock.timers.reset()
      let received = 0
      let last = Buffer.alloc(0)
      client.on('data', (bytes: Buffer) => {
        received += bytes.length
        last = Buffer.concat([last, bytes]).subarray(-16)
      })
      await until('the end', () => client.readableEnded)
      assert.ok(received > 20_000_000, `${received} bytes came`)
      assert.equal(last[1], recordType.endRequest)
      await until('the close', closed)
    })
  }

  test(`${kind}: a connection is quiet when its answer is not taken, and not while it is`, async (t) => {
    const { client, connection, requests } = await connected(t, kind)
    client.write(request(1))
    await until('the request', () => requests.length === 1)
    requests[0]?.answer('', Buffer.alloc(20_000_000))
    await until('quiet', () => connection.quietMs(0) === 0 && connection.quietMs(1_000) === 1_000)
    assert.ok(connection.awaitsTaking)
    let received = 0
    const read = (bytes: Buffer): void => {
      received += bytes.length
      if (received > 5_000_000) client.pause()
    }
    client.on('data', read)
    await until('a part', () => client.isPaused())
    assert.equal(connection.quietMs(2_000), 0)
    assert.ok(connection.awaitsTaking)
    client.off('data', read).resume()
    await until('all of it', () => !connection.awaitsTaking)
    connection.close()
  })

  test(`${kind}: a peer that has ended can still be answered`, async (t) => {
    const { client, told, wire } = await wired(t, kind)
    client.end('question')
    await until('the end', () => told.includes('end'))
    wire.write(Buffer.from('answer'))
    wire.end()
    const [answer] = await once(client, 'data')
    assert.equal(String(answer), 'answer')
    await until('the close', () => told.includes('close'))
    assert.deepEqual(told, ['end', 'finish', 'close'])
  })

  test(`${kind}: a peer that is gone closes it, reading or writing`, async (t) => {
    const { client, told, wire } = await wired(t, kind)
    wire.write(Buffer.from('never read'))
    client.pause().destroy()
    await until('the end or the close', () => {
      wire.write(Buffer.from('x'))
      return told.includes('close')
    })
    assert.equal(told.filter((each) => each === 'close').length, 1)
  })

  test(`${kind}: one that is closed writes to nobody, whoever has its descriptor now`, async (t) => {
    const { accepted, dial } = await listening(t, kind)
    const ignore = (): undefined => undefined
    const events = { onData: ignore, onEnd: ignore, onDrain: ignore, onFinish: ignore, onClose: ignore }
    const wires: SocketWire[] = []
    const descriptors: number[] = []
    for (let turn = 0; turn < 2; turn++) {
      const client = await dial()
      await until('the connection', () => accepted.length === turn + 1)
      const handle = accepted[turn]
      assert.ok(handle !== undefined)
      descriptors.push(handle.fd)
      const wire = new SocketWire(handle)
      wires.push(wire)
      wire.start(events)
      if (turn === 0) {
        wire.close()
        client.destroy()
        await once(client, 'close')
        await until('the descriptor', () => handle.fd === -1)
        continue
      }
      assert.equal(descriptors[1], descriptors[0], 'the descriptor was not given again')
      wires[0]?.write(Buffer.from('of the first'))
      wires[0]?.end()
      wires[0]?.resume()
      wires[0]?.close()
      wire.write(Buffer.from('of the second'))
      const [received] = await once(client, 'data')
      assert.equal(String(received), 'of the second')
      wire.release()
    }
  })
}
