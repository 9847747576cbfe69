/** What an application may do with a request and give for it, and what a web server sees of that: over a stream in memory. */

import assert from 'node:assert/strict'
import { type Duplex, duplexPair } from 'node:stream'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { RecordDecoder } from '../../src/pool/protocol/decoder.ts'
import { encodePairs } from '../../src/pool/protocol/name-values.ts'
import { beginRequest, record, recordType } from '../../src/pool/protocol/record.ts'
import { Connection, type Peer } from '../../src/pool/responder/connection.ts'
import { takeRequestsOver } from '../../src/pool/responder/lazy-request.ts'
import { takeResponsesOver } from '../../src/pool/responder/light-response.ts'
import { StreamWire } from '../../src/pool/responder/wire.ts'
import type { RequestContext } from '../../src/pool/worker/application.ts'
import { Service } from '../../src/pool/worker/service.ts'
import { until } from '../lab/until.ts'

type Fetch = (request: Request, context: RequestContext) => unknown

interface Served {
  readonly client: Duplex
  readonly service: Service
  readonly logged: string[]
  readonly closed: () => boolean
  /** What has come of stream `type`. */
  readonly text: (type: number) => string
  /** Contents of END_REQUEST. */
  readonly ends: Buffer[]
}

const limits = { connections: 10, requests: 10, paramBytes: 10_000, bodyBufferBytes: 50_000 }
const settings = {
  app: '',
  preload: [],
  limits,
  requestTimeoutMs: 60_000,
  inputTimeoutMs: 60_000,
  outputTimeoutMs: 60_000,
}

function served(fetch: Fetch, peer?: Peer): Served {
  const [client, server] = duplexPair({ allowHalfOpen: true })
  const logged: string[] = []
  const log = (text: string): void => {
    // As the real one: what it is given is a string.
    logged.push(text.trim())
  }
  const application = {
    fetch: (request: Request, context: RequestContext) => Object(fetch(request, context)),
  }
  const service = new Service(application, settings, {
    log: { info: log, warn: log, error: log },
    exitManager: log,
    status: async () => '',
    onSlow: () => undefined,
    onDone: () => undefined,
  })
  let closed = false
  const connection = new Connection(
    new StreamWire(server),
    {
      limits,
      activeRequests: () => service.active,
      onRequest: (exchange) => service.serve(exchange),
      onIdle: () => undefined,
      onClose: () => {
        closed = true
      },
    },
    peer,
  )
  connection.start()
  const streams = new Map<number, string>()
  const ends: Buffer[] = []
  const decoder = new RecordDecoder((type, _, bytes, start, end) => {
    if (type === recordType.endRequest) ends.push(Buffer.from(bytes.subarray(start, end)))
    streams.set(type, (streams.get(type) ?? '') + bytes.toString('latin1', start, end))
  })
  client.on('data', (chunk: Buffer) => decoder.push(chunk))
  client.on('error', () => undefined)
  return { client, service, logged, ends, closed: () => closed, text: (type) => streams.get(type) ?? '' }
}

const head = (params: readonly (readonly [string, string])[] = []): Buffer =>
  Buffer.concat([
    beginRequest(1, true),
    record(recordType.params, 1, encodePairs([['REQUEST_URI', '/'], ...params])),
    record(recordType.params, 1),
  ])
const stdin = (text = ''): Buffer => record(recordType.stdin, 1, Buffer.from(text))
const post = (bytes: number): Buffer =>
  head([
    ['REQUEST_METHOD', 'POST'],
    ['CONTENT_LENGTH', String(bytes)],
  ])

/** The answer to a request without a body. */
async function answer(fetch: Fetch, params?: readonly (readonly [string, string])[]): Promise<string> {
  const { client, ends, text } = served(fetch)
  client.write(Buffer.concat([head(params), stdin()]))
  await until('the end', () => ends.length === 1)
  return text(recordType.stdout) + text(recordType.stderr)
}

const quiet = (onCancel: () => void): ReadableStream => new ReadableStream({ cancel: onCancel })

takeRequestsOver()
takeResponsesOver()

describe('an application', { timeout: 30_000 }, () => {
  test('that gives a stream when nobody waits any more has it cancelled, and the request ends', async () => {
    let answering: (response: Response) => void = () => undefined
    let cancelled = false
    const seen = served(() => new Promise((resolve) => (answering = resolve)))
    seen.client.write(Buffer.concat([head(), stdin()]))
    await until('the request', () => seen.service.active === 1)
    seen.client.write(record(recordType.abortRequest, 1))
    answering(
      new Response(
        quiet(() => {
          cancelled = true
        }),
      ),
    )
    await until('the end', () => seen.ends.length === 1)
    assert.ok(cancelled)
    assert.match(seen.text(recordType.stdout), /^Status: 503 /)
    await until('idle', () => seen.service.active === 0)
  })

  test('that streams to a web server which takes nothing is stopped at an abort', async () => {
    let cancelled = false
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(100_000)),
      cancel: () => {
        cancelled = true
      },
    })
    const seen = served(() => new Response(endless))
    seen.client.pause()
    seen.client.write(Buffer.concat([head(), stdin()]))
    await until('the request', () => seen.service.active === 1)
    seen.service.abortAll(new Error('the worker is shut down'))
    await until('the end', () => seen.service.active === 0)
    assert.ok(cancelled)
  })

  test('whose stream is cut off closes a connection of a web server, but not the link with the dispatcher', async () => {
    for (const peer of [undefined, 'dispatcher'] as const) {
      const seen = served(({ url }) => {
        if (url.endsWith('/well')) return new Response('well')
        return new Response(
          new ReadableStream({
            start: (controller) => controller.enqueue(Buffer.from('half')),
            pull: (controller) => controller.error(new Error('broken')),
          }),
        )
      }, peer)
      seen.client.write(Buffer.concat([head(), stdin()]))
      await until('the half', () => seen.text(recordType.stdout).endsWith('half'))
      if (peer === undefined) {
        await until('the close', seen.closed)
        assert.equal(seen.ends.length, 0)
        continue
      }
      await until('the end', () => seen.ends.length === 1)
      assert.equal(seen.ends[0]?.readUInt32BE(0), 1)
      seen.client.write(Buffer.concat([head([['REQUEST_URI', '/well']]), stdin()]))
      await until('the next', () => seen.text(recordType.stdout).endsWith('well'))
    }
  })

  test('that throws or logs anything at all gets 500, or its line, and goes on', async () => {
    for (const thrown of [Object.create(null), undefined, Symbol('s'), new Error('said')]) {
      assert.match(await answer(() => Promise.reject(thrown)), /^Status: 500 /)
    }
    const seen = served((_, { log, exitManager }) => {
      for (const say of [log.info, log.warn, log.error, exitManager]) {
        Reflect.apply(say, log, [new Error('an error')])
        Reflect.apply(say, log, [{ code: 7 }])
      }
      return new Response('logged')
    })
    seen.client.write(Buffer.concat([head(), stdin()]))
    await until('the answer', () => seen.text(recordType.stdout).endsWith('logged'))
    assert.equal(seen.logged.filter((line) => line.startsWith('Error: an error\n')).length, 4)
    assert.equal(seen.logged.filter((line) => line === '{ code: 7 }').length, 4)
    assert.match(seen.text(recordType.stderr), /Error: an error\n/)
  })

  test('that gives no answer, or a part that is no bytes, is told so', async () => {
    const noBytes = new ReadableStream({
      pull: (controller) => Reflect.apply(controller.enqueue, controller, [new ArrayBuffer(3)]),
    })
    assert.match(await answer(() => Response.error()), /^Status: 500 /)
    const seen = served(() => new Response(noBytes))
    seen.client.write(Buffer.concat([head(), stdin()]))
    await until('the close', seen.closed)
    assert.equal(seen.ends.length, 0)
    assert.match(seen.logged.join(), /request GET \/ failed: TypeError: .*Uint8Array/)
  })

  test('may read a body that has come after its answer, and is told of one that had not', async () => {
    for (const isWhole of [true, false]) {
      let reading: Promise<string> | undefined
      const seen = served((request) => {
        reading = request.text()
        reading.catch(() => undefined)
        return new Response('early', { status: 202 })
      })
      seen.client.write(
        Buffer.concat([post(9), stdin('some of '), ...(isWhole ? [stdin('it'), stdin()] : [])]),
      )
      await until('the answer', () => seen.ends.length === 1)
      if (isWhole) assert.equal(await reading, 'some of it')
      else await assert.rejects(async () => reading, /answered before its body had come/)
    }
  })

  test('is told of a body that is shorter than the web server had said', async () => {
    for (const [sent, declared] of [
      ['abc', 3],
      ['abc', 1_000],
      ['', 1],
    ] as const) {
      const seen = served((request) =>
        request.text().then(
          (text) => new Response(`got ${text}`),
          (error: Error) => new Response(`cause: ${error.cause ?? error}`),
        ),
      )
      seen.client.write(Buffer.concat([post(declared), ...(sent === '' ? [] : [stdin(sent)]), stdin()]))
      await until('the answer', () => seen.ends.length === 1)
      const expected = sent.length === declared ? 'got abc' : `${sent.length} of ${declared} bytes came`
      assert.ok(seen.text(recordType.stdout).endsWith(expected), seen.text(recordType.stdout))
    }
  })

  test('gets a request whose body came whole before its params', async () => {
    const seen = served(async (request) => new Response(`got ${await request.text()}`))
    const [begin, ...params] = [
      beginRequest(1, true),
      record(recordType.params, 1, encodePairs([['REQUEST_METHOD', 'POST']])),
      record(recordType.params, 1),
    ]
    seen.client.write(Buffer.concat([begin, stdin('early'), stdin(), ...params]))
    await until('the answer', () => seen.text(recordType.stdout).endsWith('got early'))
  })

  test('may look at a request as at any other', async () => {
    const looked = await answer((request) => {
      const others = Object.entries(Object.getOwnPropertyDescriptors(Request.prototype))
        .filter(([, { get }]) => get !== undefined)
        .map(([name]) => `${name} ${typeof Reflect.get(request, name)}`)
      return new Response([inspect(request).split(' ', 1), ...others].join('\n'))
    })
    assert.match(looked, /\r\n\r\nRequest\n/)
    assert.match(looked, /^isReloadNavigation boolean$/m)
    assert.match(looked, /^signal object$/m)
  })

  test('may change the headers of a request and of a response whenever it likes, and copies have them', async () => {
    const changed = await answer(
      async (request) => {
        assert.equal(request.bodyUsed, false)
        request.headers.set('x-user', 'u')
        request.headers.delete('x-old')
        for (const copy of [request.clone(), new Request(request)])
          assert.deepEqual([...copy.headers], [['x-user', 'u']])
        const response = new Response('text', { headers: { 'x-old': 'o' } })
        assert.equal(response.bodyUsed, false)
        response.headers.set('x-new', 'n')
        response.headers.delete('x-old')
        response.headers.append('set-cookie', 'a=1')
        response.headers.append('set-cookie', 'b=2')
        return response.clone()
      },
      [['HTTP_X_OLD', 'o']],
    )
    assert.match(changed, /\r\nx-new: n\r\n/)
    assert.doesNotMatch(changed, /x-old/)
    assert.match(changed, /\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n/)
  })

  test('gets all of a header that came on several lines, and the last of one that has one value', async () => {
    const text = await answer(
      ({ headers, url }) => Response.json({ url, ...Object.fromEntries(headers) }),
      [
        ['HTTP_X_FORWARDED_FOR', '192.0.2.1'],
        ['HTTP_COOKIE', 'a=1'],
        ['HTTP_HOST', 'first.example'],
        ['HTTP_X_FORWARDED_FOR', '192.0.2.2'],
        ['HTTP_COOKIE', 'b=2'],
        ['HTTP_HOST', 'last.example:81'],
        ['HTTP_PROXY', 'http://evil.example'],
      ],
    )
    assert.deepEqual(JSON.parse(text.slice(text.indexOf('{'))), {
      url: 'http://last.example:81/',
      cookie: 'a=1; b=2',
      host: 'last.example:81',
      'x-forwarded-for': '192.0.2.1, 192.0.2.2',
    })
  })

  test('gets the address of the server where the client names none', async () => {
    for (const [name, port, url] of [
      ['site.example', '80', 'http://site.example/'],
      ['::1', '8080', 'http://[::1]:8080/'],
      ['[::1]', '', 'http://[::1]/'],
      ['', '', 'http://localhost/'],
      ['a/b', '80', 'http://localhost/'],
    ] as const) {
      const text = await answer(
        (request) => new Response(request.url),
        [
          ['SERVER_NAME', name],
          ['SERVER_PORT', port],
        ],
      )
      assert.ok(text.endsWith(`\r\n\r\n${url}`), text)
    }
  })
})
