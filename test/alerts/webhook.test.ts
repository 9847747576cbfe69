import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { deliver } from '../../src/alerts/channels/channel.ts'
import type { Delivery } from '../../src/alerts/delivery.ts'
import type { SecretPlace, WebhookChannel } from '../../src/config/alert-spec.ts'
import { milliseconds, seconds } from '../../src/engine/time.ts'
import {
  answers,
  type Conduct,
  dies,
  diesWithinItsAnswer,
  HttpReceiver,
  hangs,
  neverEndsItsAnswer,
  takes,
} from '../support/http-receiver.ts'
import { firing, start } from './messages.ts'

const secret = 'hunter2-Zm9v/bar=='

async function stage(t: TestContext, conduct: Conduct) {
  const receiver = await HttpReceiver.start(conduct)
  const folder = mkdtempSync(join(tmpdir(), 'webhook-'))
  writeFileSync(join(folder, 'secret'), `${secret}\n`)
  t.after(async () => {
    await receiver.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  const attempt = (more: Partial<WebhookChannel> = {}): Promise<Delivery> => {
    const channel: WebhookChannel = {
      kind: 'webhook',
      url: `${receiver.url}/hook`,
      headers: new Map(),
      timeout: seconds(20),
      ...more,
    }
    const options = { credentials: folder, now: start, signal: new AbortController().signal }
    return deliver({ channel, repeatInterval: seconds(60) }, firing(), options)
  }
  return { receiver, folder, attempt }
}

test('what the server takes is delivered, whole', async (t) => {
  const { receiver, attempt } = await stage(t, takes)
  assert.deepEqual(await attempt(), { kind: 'delivered' })
  const [received] = receiver.received
  assert.equal(received?.url, '/hook')
  assert.equal(JSON.parse(received?.body ?? '').id, firing().id)
})

const conducts: readonly [what: string, conduct: Conduct, kind: string, why: RegExp][] = [
  ['an error', answers(500, 'out of order'), 'failed', /^127\.0\.0\.1:\d+ answered 500: out of order$/],
  ['a missing permission', answers(403), 'failed', /answered 403$/],
  [
    'a message that it will never take',
    answers(400, 'bad\u001b[2Jbody'),
    'refused',
    /400: bad\\x1b\[2Jbody$/,
  ],
  ['a redirect', answers(302, '', { location: 'http://127.0.0.1:1/' }), 'failed', /redirects \(302\)/],
  ['a closed connection', dies, 'failed', /^no connection to 127\.0\.0\.1:\d+ \(UND_ERR_SOCKET\)$/],
  ['a connection that breaks in the answer', diesWithinItsAnswer, 'failed', /no connection/],
]
for (const [what, conduct, kind, why] of conducts) {
  test(`${what} is ${kind}`, async (t) => {
    const { attempt } = await stage(t, conduct)
    const delivery = await attempt()
    assert.equal(delivery.kind, kind)
    assert.match('why' in delivery ? delivery.why : '', why)
  })
}

test('a server that asks for patience gets it', async (t) => {
  const { attempt } = await stage(t, answers(429, '', { 'retry-after': '7' }))
  const delivery = await attempt()
  assert.equal(delivery.kind === 'failed' && delivery.retryAfter, seconds(7))
})

for (const [what, conduct] of [
  ['does not answer', hangs],
  ['does not end its answer', neverEndsItsAnswer],
] as const) {
  test(`a server that ${what} is given up in time`, async (t) => {
    const { attempt } = await stage(t, conduct)
    const delivery = await attempt({ timeout: milliseconds(200) })
    assert.match('why' in delivery ? delivery.why : '', /did not answer within 0\.2s$/)
  })
}

test('a server that is away is a failure', async (t) => {
  const { receiver, attempt } = await stage(t, takes)
  const { url } = receiver
  await receiver.stop()
  const delivery = await attempt({ url })
  assert.match('why' in delivery ? delivery.why : '', /\(ECONNREFUSED\)$/)
})

test('nothing that is secret is told, whatever the server says', async (t) => {
  const echoes: Conduct = (answer, { url, headers, body }) => {
    const all = [url, decodeURIComponent(url), JSON.stringify(headers), body.slice(-100)]
    answer.writeHead(500).end(all.join(' '))
  }
  const { receiver, folder, attempt } = await stage(t, echoes)
  const place: SecretPlace = { kind: 'file', path: join(folder, 'secret') }
  const delivery = await attempt({
    url: `${receiver.url}/services/{secret}?token=topsecret`,
    secret: place,
    headers: new Map([
      ['Authorization', 'Bearer {secret}'],
      ['X-Own', 'another-secret'],
    ]),
  })
  assert.ok(delivery.kind === 'failed')
  const [received] = receiver.received
  assert.equal(received?.headers.authorization, `Bearer ${secret}`)
  assert.match(received?.url ?? '', /hunter2/)
  assert.match(delivery.why, /answered 500: \*\*\*/)
  assert.doesNotMatch(delivery.why, /hunter2|topsecret|another-secret/)
})

test('a secret may be a credential of systemd; one that is not there is told of, and waited for', async (t) => {
  const { receiver, attempt } = await stage(t, takes)
  assert.equal((await attempt({ secret: { kind: 'credential', name: 'secret' } })).kind, 'delivered')
  assert.ok(receiver.received[0]?.headers['x-watchdog-signature'])
  const delivery = await attempt({ secret: { kind: 'credential', name: 'other' } })
  assert.deepEqual(delivery, {
    kind: 'failed',
    why: 'the credential other cannot be read (ENOENT): check that it is there and who owns it',
  })
  assert.equal(receiver.received.length, 1)
})
