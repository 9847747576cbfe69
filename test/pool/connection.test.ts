/** One connection of a web server, over a stream in memory: what it may send, and what it gets. */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type Duplex, duplexPair } from 'node:stream'
import { describe, test } from 'node:test'
import { RecordDecoder } from '../../src/pool/protocol/decoder.ts'
import { encodePairs } from '../../src/pool/protocol/name-values.ts'
import { beginRequest, record, recordType, streamRecords } from '../../src/pool/protocol/record.ts'
import { Connection, type Peer } from '../../src/pool/responder/connection.ts'
import type { Exchange } from '../../src/pool/responder/exchange.ts'
import { StreamWire } from '../../src/pool/responder/wire.ts'
import { until } from '../lab/until.ts'
import { requestRecords } from './support/fcgi-client.ts'

const limits = { connections: 10, requests: 3, paramBytes: 10_000, bodyBufferBytes: 50_000 }

interface Seen {
  readonly connection: Connection
  readonly client: Duplex
  readonly records: { type: number; id: number; content: string }[]
  readonly requests: Exchange[]
  readonly closed: () => boolean
}

/** `onRequest` answers at once unless it is replaced. */
function connected(
  onRequest: (exchange: Exchange) => void = (exchange) => exchange.answer('Status: 200\r\n\r\n', 'ok'),
  peer?: Peer,
): Seen {
  const [client, server] = duplexPair({ allowHalfOpen: true })
  const requests: Exchange[] = []
  const records: Seen['records'] = []
  let closed = false
  const host = {
    limits,
    activeRequests: () => requests.filter(({ over }) => !over).length,
    onRequest: (exchange: Exchange) => {
      requests.push(exchange)
      onRequest(exchange)
    },
    onIdle: () => undefined,
    onClose: () => {
      closed = true
    },
  }
  const connection = new Connection(new StreamWire(server), host, peer)
  connection.start()
  const decoder = new RecordDecoder((type, id, bytes, start, end) =>
    records.push({ type, id, content: bytes.toString('latin1', start, end) }),
  )
  client.on('data', (chunk: Buffer) => decoder.push(chunk))
  client.on('error', () => undefined)
  return { connection, client, records, requests, closed: () => closed }
}

const ends = ({ records }: Seen, count: number): Promise<boolean> =>
  until(
    'the end of the request',
    () => records.filter(({ type }) => type === recordType.endRequest).length >= count && true,
  )

/** The next part of a body. */
const text = async ({ body }: Exchange): Promise<string> => Buffer.from((await body.next()) ?? []).toString()

const whole = (id: number, params: Record<string, string>, body = '', keep = true): Buffer =>
  Buffer.concat([
    ...requestRecords(id, params, keep),
    ...streamRecords(recordType.stdin, id, Buffer.from(body)),
    record(recordType.stdin, id),
  ])

describe('a connection', { timeout: 20_000 }, () => {
  test('takes a request byte by byte, with a pair that spans PARAMS records', async () => {
    const seen = connected()
    const pairs = encodePairs([
      ['REQUEST_URI', '/spanning'],
      ['X', 'y'.repeat(300)],
    ])
    const bytes = Buffer.concat([
      beginRequest(1, true),
      record(recordType.params, 1, pairs.subarray(0, 7)),
      record(recordType.params, 1, pairs.subarray(7, 100)),
      record(recordType.params, 1, pairs.subarray(100)),
      record(recordType.params, 1),
      record(recordType.stdin, 1),
    ])
    for (const byte of bytes) seen.client.write(Buffer.of(byte))
    await ends(seen, 1)
    assert.equal(seen.requests[0]?.params['REQUEST_URI'], '/spanning')
    assert.equal(seen.requests[0]?.params['X']?.length, 300)
    assert.deepEqual(
      seen.records.map(({ type, content }) => [type, content.slice(0, 30)]),
      [
        [recordType.stdout, 'Status: 200\r\n\r\nok'],
        [recordType.stdout, ''],
        [recordType.endRequest, '\0'.repeat(8)],
      ],
    )
  })

  test('keeps nothing of the memory in which it is given what came', async () => {
    const seen = connected(() => undefined)
    const sent = whole(7, { REQUEST_URI: '/mine', REQUEST_METHOD: 'POST', N: 'n'.repeat(200) }, 'my body')
    const lent = Buffer.alloc(100)
    for (let at = 0; at < sent.length; at += 100) {
      seen.connection.onData(lent, sent.copy(lent, 0, at, at + 100))
      lent.fill("another's")
    }
    const [request] = seen.requests
    assert.ok(request !== undefined)
    assert.equal(request.method, 'POST')
    assert.deepEqual(
      { ...request.params },
      { REQUEST_URI: '/mine', REQUEST_METHOD: 'POST', N: 'n'.repeat(200) },
    )
    let body = ''
    for (let part = await request.body.next(); part !== undefined; part = await request.body.next())
      body += Buffer.from(part).toString()
    assert.equal(body, 'my body')
  })

  test('is closed after the answer when the web server does not keep it', async () => {
    const seen = connected()
    seen.client.write(whole(1, {}, '', false))
    await once(seen.client, 'end')
    assert.equal(seen.records.at(-1)?.type, recordType.endRequest)
    await until('the close', seen.closed)
  })

  test('stays open when it is kept, and ids are used again', async () => {
    const seen = connected()
    for (let turn = 1; turn <= 3; turn += 1) {
      seen.client.write(whole(1, { TURN: String(turn) }))
      await ends(seen, turn)
    }
    assert.deepEqual(
      seen.requests.map(({ params }) => params['TURN']),
      ['1', '2', '3'],
    )
    assert.equal(seen.closed(), false)
  })

  test('serves requests side by side, answered in another order', async () => {
    const seen = connected(() => undefined)
    seen.client.write(
      Buffer.concat([...requestRecords(1, { N: '1' }, true), ...requestRecords(3, { N: '3' }, true)]),
    )
    seen.client.write(
      Buffer.concat([
        record(recordType.stdin, 3, Buffer.from('three')),
        record(recordType.stdin, 1, Buffer.from('one')),
        record(recordType.stdin, 1),
        record(recordType.stdin, 3),
      ]),
    )
    await until('both', () => seen.requests.length === 2)
    const [first, third] = seen.requests
    third?.answer('', await text(third))
    first?.answer('', await text(first))
    await ends(seen, 2)
    assert.deepEqual(
      seen.records
        .filter(({ type, content }) => type === recordType.stdout && content !== '')
        .map(({ id, content }) => [id, content]),
      [
        [3, 'three'],
        [1, 'one'],
      ],
    )
  })

  test('answers roles, types and values as the specification says', async () => {
    const seen = connected()
    seen.client.write(beginRequest(5, true, 2))
    seen.client.write(record(77, 0, Buffer.from('what')))
    seen.client.write(record(recordType.getValues, 0, encodePairs([['FCGI_MAX_REQS', '']])))
    seen.client.write(record(77, 9))
    seen.client.write(record(recordType.stdin, 9, Buffer.from('of no request')))
    seen.client.write(whole(1, {}))
    await ends(seen, 2)
    assert.deepEqual(seen.records.slice(0, 3), [
      { type: recordType.endRequest, id: 5, content: '\0\0\0\0\x03\0\0\0' },
      { type: recordType.unknownType, id: 0, content: '\x4d\0\0\0\0\0\0\0' },
      { type: recordType.getValuesResult, id: 0, content: '\x0d\x01FCGI_MAX_REQS3' },
    ])
    assert.equal(seen.requests.length, 1)
  })

  test('turns a request away when as many as it may have are under way', async () => {
    const seen = connected(() => undefined)
    for (const id of [1, 2, 3, 4]) seen.client.write(whole(id, {}))
    await ends(seen, 1)
    assert.deepEqual(seen.records, [{ type: recordType.endRequest, id: 4, content: '\0\0\0\0\x02\0\0\0' }])
  })

  test('refuses params that are too many, or not whole', async () => {
    const seen = connected()
    seen.client.write(whole(1, { X: 'x'.repeat(20_000) }))
    seen.client.write(
      Buffer.concat([
        beginRequest(2, true),
        record(recordType.params, 2, Buffer.of(200, 1)),
        record(recordType.params, 2),
      ]),
    )
    await ends(seen, 2)
    assert.match(seen.records[0]?.content ?? '', /^Status: 431 Request Header Fields Too Large\r\n/)
    assert.match(seen.records.find(({ id }) => id === 2)?.content ?? '', /^Status: 400 Bad Request\r\n/)
    assert.equal(seen.requests.length, 0)
  })

  test('ABORT_REQUEST fires the signal; the handler ends the request', async () => {
    const seen = connected((exchange) => {
      exchange.signal.addEventListener('abort', () => exchange.end(1))
    })
    seen.client.write(Buffer.concat([...requestRecords(1, {}, true), record(recordType.abortRequest, 1)]))
    seen.client.write(Buffer.concat([beginRequest(2, true), record(recordType.abortRequest, 2)]))
    await ends(seen, 2)
    assert.equal(seen.closed(), false)
  })

  test('a web server that goes away fires the signal', async () => {
    const seen = connected(() => undefined)
    seen.client.write(Buffer.concat(requestRecords(1, {}, true)))
    await until('the request', () => seen.requests.length === 1)
    seen.client.end()
    await until('the abort', () => seen.requests[0]?.signal.aborted)
    await assert.rejects(async () => seen.requests[0]?.body.next(), /closed the connection/)
  })

  test('a web server that closes its sending side gets the answer, and then the close', async () => {
    const seen = connected((exchange) => {
      exchange.signal.addEventListener('abort', () => setImmediate(() => exchange.answer('', 'late')))
    })
    seen.client.end(whole(1, {}))
    await ends(seen, 1)
    await until('the close', seen.closed, 1_000)
  })

  test('that will close tells nginx so, in the only way that there is, and others not', async () => {
    for (const [software, isTold] of [
      ['nginx/1.22.1', true],
      ['Apache/2.4.62', false],
    ] as const) {
      const seen = connected()
      seen.client.write(whole(1, { SERVER_SOFTWARE: software }))
      await ends(seen, 1)
      seen.connection.retire()
      seen.client.write(whole(1, { SERVER_SOFTWARE: software }))
      await ends(seen, 2)
      const after = seen.records.map(({ type }) => type).lastIndexOf(recordType.endRequest) + 1
      assert.equal(seen.records.length - after, isTold ? 1 : 0)
      if (isTold) await until('the close', () => seen.client.readableEnded)
      else assert.equal(seen.client.readableEnded, false)
    }
  })

  test('of nginx that is idle is asked to go by an empty record, and a request that crosses it is answered', async () => {
    const nginx = { SERVER_SOFTWARE: 'nginx/1.22.1' }
    for (const crossing of [false, true]) {
      const seen = connected()
      seen.client.write(whole(1, nginx))
      await ends(seen, 1)
      seen.connection.retire()
      if (crossing) seen.client.write(whole(1, nginx))
      await until('the record', () => seen.records.some(({ type }) => type === recordType.stderr))
      assert.deepEqual(
        seen.records.filter(({ type }) => type === recordType.stderr).map(({ id, content }) => [id, content]),
        [[1, '']],
      )
      assert.equal(seen.client.readableEnded, false)
      if (crossing) await ends(seen, 2)
      else seen.client.end()
      await until('the close', () => seen.client.readableEnded)
    }
  })

  test('waits for a web server, but not for the dispatcher, which waits for its own', async () => {
    for (const [peer, waits] of [
      [undefined, true],
      ['nginx', true],
      ['dispatcher', false],
    ] as const) {
      const seen = connected((exchange) => exchange.write(new Uint8Array(1_000_000)), peer)
      seen.client.pause().write(Buffer.concat(requestRecords(1, {}, true)))
      await until('the request', () => seen.requests.length === 1)
      assert.equal(seen.connection.awaitsInput, waits)
      assert.equal(seen.connection.awaitsTaking, waits)
    }
  })

  test('nothing late of a request gets into the next one of the same id', async () => {
    const seen = connected(() => undefined)
    seen.client.write(Buffer.concat(requestRecords(1, { N: 'first' }, true)))
    await until('the request', () => seen.requests.length === 1)
    const [first] = seen.requests
    first?.end(0)
    seen.client.write(record(recordType.stdin, 1, Buffer.from('late body')))
    seen.client.write(whole(1, { N: 'second' }, 'own body'))
    await until('the second', () => seen.requests.length === 2)
    first?.write(Buffer.from('late answer'))
    first?.answer('', 'late answer')
    const second = seen.requests[1]
    assert.equal(second && (await text(second)), 'own body')
    second?.answer('', 'own answer')
    await ends(seen, 2)
    assert.equal(
      seen.records.some(({ content }) => content.includes('late')),
      false,
    )
  })

  test('a body that nobody reads stops the sender; reading lets it go on', async () => {
    const seen = connected(() => undefined)
    seen.client.write(Buffer.concat(requestRecords(1, {}, true)))
    let sent = 0
    const send = (): void => {
      while (sent < 2_000_000) {
        const part = record(recordType.stdin, 1, Buffer.alloc(10_000, 1))
        sent += 10_000
        if (!seen.client.write(part)) break
      }
      if (sent >= 2_000_000) seen.client.write(record(recordType.stdin, 1))
    }
    seen.client.on('drain', send)
    send()
    await until('the request', () => seen.requests.length === 1)
    const exchange = seen.requests[0]
    await until('back-pressure', () => (exchange?.body.size ?? 0) > limits.bodyBufferBytes)
    await new Promise((resolve) => setTimeout(resolve, 50))
    assert.ok(sent < 300_000, `${sent} bytes were taken`)
    seen.connection.quietMs(0)
    assert.equal(seen.connection.quietMs(5_000), 5_000)
    let got = (await exchange?.body.next())?.length ?? 0
    while ((exchange?.body.size ?? 0) > limits.bodyBufferBytes)
      got += (await exchange?.body.next())?.length ?? 0
    assert.equal(seen.connection.quietMs(6_000), 0, 'the sender has its time again')
    for (let part = await exchange?.body.next(); part !== undefined; part = await exchange?.body.next())
      got += part.length
    assert.equal(got, 2_000_000)
  })

  test('an answer that cannot be finished closes the connection, but not under other requests', async () => {
    const seen = connected(() => undefined)
    seen.client.write(Buffer.concat([whole(1, {}), whole(2, {})]))
    await until('both', () => seen.requests.length === 2)
    seen.requests[0]?.write(Buffer.from('half'))
    seen.requests[0]?.cutOff()
    await ends(seen, 1)
    assert.equal(
      seen.records.find(({ type }) => type === recordType.endRequest)?.content,
      '\0\0\0\x01\0\0\0\0',
    )
    seen.requests[1]?.write(Buffer.from('half'))
    seen.requests[1]?.cutOff()
    await until('the close', seen.closed)
    assert.equal(seen.records.filter(({ type }) => type === recordType.endRequest).length, 1)
  })
})
