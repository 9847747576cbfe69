import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { firingMessage, recoveredMessage } from '../../src/alerts/compose.ts'
import { mailOf } from '../../src/alerts/mail.ts'
import type { AlertMessage } from '../../src/alerts/message.ts'
import { webhookRequest } from '../../src/alerts/webhook-request.ts'
import type { WebhookChannel, WebhookPreset } from '../../src/config/alert-spec.ts'
import { seconds } from '../../src/engine/time.ts'
import { closing, firing, later, nthIncident, start } from './messages.ts'

/** What whoever writes to a log may try. */
const hostile = '<!channel> @everyone *b* [x](http://evil) `c` & ``` "q" \u202e\x1b[2J\n.'

/** An alert of which everything that a log can choose is hostile. */
const forged = (): AlertMessage => {
  const incident = nthIncident(1, { worker: hostile })
  return firingMessage('ops', { ...incident, last: { at: incident.at, text: hostile } }, 'web1')
}
const recovery = (): AlertMessage => recoveredMessage(firing(), closing(1, later(seconds(90))))

const channel = (preset: WebhookPreset | undefined, more: Partial<WebhookChannel> = {}): WebhookChannel => ({
  kind: 'webhook',
  url: 'https://alerts.example/hook',
  headers: new Map(),
  timeout: seconds(10),
  ...(preset === undefined ? {} : { preset }),
  ...more,
})

function request(of: WebhookChannel, message: AlertMessage, secret?: string) {
  const { url, headers, body } = webhookRequest(of, message, {
    secret,
    now: start,
    repeatInterval: seconds(3_600),
  })
  return { url, headers: Object.fromEntries(headers), body, json: JSON.parse(body) }
}

test('our own JSON is signed, so that the receiver can tell that it is ours and how old it is', () => {
  const { headers, body, json } = request(channel(undefined), firing(), 'key')
  assert.equal(headers['x-watchdog-timestamp'], '1779000000')
  const expected = createHmac('sha256', 'key').update(`1779000000.${body}`).digest('hex')
  assert.equal(headers['x-watchdog-signature'], `sha256=${expected}`)
  assert.equal(headers['x-watchdog-id'], json.id)
  assert.ok(!body.includes('"key"') || !JSON.stringify(headers).includes('"key"'))
  const { status, cause, rule, target, times, attempts, text, decision } = json
  assert.deepEqual(
    { status, cause, rule, target, times, attempts, text, count: decision.count },
    {
      status: 'firing',
      cause: 'acted',
      rule: 'worker-churn',
      target: 'site.service',
      times: 1,
      attempts: [{ action: 'restart site.service', result: 'done' }],
      text: 'worker-churn on web1: restart site.service: done (10 events in 1min 21s)',
      count: 10,
    },
  )
})

test('the secret may be part of the URL and of headers', () => {
  const { url, headers } = request(
    channel(undefined, {
      url: 'https://alerts.example/{secret}/x',
      headers: new Map([['Authorization', 'Bearer {secret}']]),
    }),
    firing(),
    'T0/B0',
  )
  assert.equal(url, 'https://alerts.example/T0/B0/x')
  assert.equal(headers['authorization'], 'Bearer T0/B0')
})

test('a template is the text, or all of the JSON, and nothing in a log can break out of it', () => {
  const { json } = request(channel(undefined, { template: '{rule}: {key.worker}' }), forged())
  assert.equal(json.text, `worker-churn: ${hostile}`)
  const template = { a: ['{key.worker}', 1], b: { c: '{{{times}}}' }, d: null }
  assert.deepEqual(request(channel(undefined, { template }), forged()).json, {
    a: [hostile, 1],
    b: { c: '{1}' },
    d: null,
  })
})

test('what is in a log formats nothing and calls nobody in a chat', () => {
  const slack = request(channel('slack'), forged()).json.text
  assert.match(slack, /\*acted\* worker-churn/)
  assert.doesNotMatch(slack, /<|>|&(?!amp;|lt;|gt;)/)
  assert.equal(slack.split('```').length, 3)
  const discord = request(channel('discord'), forged()).json
  assert.deepEqual(discord.allowed_mentions, { parse: [] })
  for (const text of [discord.content, request(channel('mattermost'), forged()).json.text]) {
    const [heading = '', quoted = '', ...rest] = text.split('```')
    assert.equal(rest.length, 1)
    assert.doesNotMatch(heading, /@everyone|[^\\]\[x\]|[^\\`]`c/)
    assert.doesNotMatch(quoted, /`|(?!\n)\p{Cc}/u)
  }
  const given = request(channel('mattermost', { template: '@here **{key.worker}**' }), forged()).json.text
  assert.match(given, /^@here \*\*/)
  assert.doesNotMatch(given, /@everyone/)
})

test('Discord refuses texts of more than 2000 characters', () => {
  const long = channel('discord', { template: 'x'.repeat(5_000) })
  assert.equal(request(long, firing()).json.content.length, 2_000)
})

test('ntfy is told the topic of the URL', () => {
  const { url, json, headers } = request(
    channel('ntfy', { url: 'https://ntfy.example/base/ops' }),
    firing(),
    'tk_1',
  )
  assert.equal(url, 'https://ntfy.example/base/')
  assert.equal(headers['authorization'], 'Bearer tk_1')
  assert.equal(headers['x-watchdog-signature'], undefined)
  assert.equal(json.topic, 'ops')
  assert.equal(json.title, 'worker-churn: acted')
  assert.match(json.message, /restart site\.service: done/)
})

test('PagerDuty resolves by the same key by which it was triggered', () => {
  const triggered = request(channel('pagerduty'), firing(), 'routing').json
  const resolved = request(channel('pagerduty'), recovery(), 'routing').json
  assert.deepEqual([triggered.event_action, resolved.event_action], ['trigger', 'resolve'])
  assert.equal(triggered.dedup_key, resolved.dedup_key)
  assert.equal(triggered.routing_key, 'routing')
  const { severity, source, component } = triggered.payload
  assert.deepEqual(
    { severity, source, component },
    { severity: 'warning', source: 'web1', component: 'site.service' },
  )
  assert.notEqual(
    request(channel('pagerduty'), firing(1, { worker: '7' }), 'x').json.dedup_key,
    triggered.dedup_key,
  )
})

test('Alertmanager knows an alert by its labels, and its end by endsAt', () => {
  const of = channel('alertmanager', { url: 'http://127.0.0.1:9093' })
  const { url, json } = request(of, firing(1, { worker: '7', 'a-b': 'x' }))
  assert.equal(url, 'http://127.0.0.1:9093/api/v2/alerts')
  assert.deepEqual(json[0].labels, {
    alertname: 'worker-churn',
    instance: 'web1',
    cause: 'acted',
    severity: 'warning',
    unit: 'site.service',
    key_worker: '7',
    key_a_b: 'x',
  })
  assert.equal(json[0].endsAt, '2026-05-17T07:40:00.000000Z')
  const [ended] = request(of, recovery()).json
  assert.deepEqual(ended.labels, request(of, firing()).json[0].labels)
  assert.equal(ended.endsAt, '2026-05-17T06:41:30.000000Z')
})

test('what is told of one incident is one thread of mail', () => {
  const email = {
    kind: 'email',
    to: ['a@x.org'],
    from: 'w@x.org',
    sendmail: '/s',
    timeout: seconds(1),
  } as const
  const [one, other] = [mailOf(email, firing()), mailOf(email, recovery())]
  assert.equal(one.subject, '[web1] acted: worker-churn (site.service)')
  assert.equal(other.subject, '[web1] recovered: worker-churn (site.service)')
  assert.equal(one.references, other.references)
  assert.notEqual(one.messageId, other.messageId)
  assert.match(String(one.text), /^worker-churn on web1: restart site\.service: done/)
  const subject = mailOf(email, { ...firing(), rule: 'x\r\nBcc: all@x.org' }).subject
  assert.doesNotMatch(String(subject), /[\r\n]/)
})

test('giving up and not recovering are other incidents than the action, and more severe', () => {
  const { attempts: _, kind: __, ...rest } = nthIncident(1)
  const given = firingMessage(
    'ops',
    { ...rest, kind: 'hold', because: 'budget', escalation: [], actions: [] },
    'web1',
  )
  const lasting = firingMessage('ops', { ...nthIncident(1), notRecovered: 'unit' }, 'web1')
  assert.match(given.what, /^given up: /)
  assert.match(lasting.what, /^site\.service has not recovered: it does not run/)
  assert.equal(new Set([given, lasting, firing()].map(({ incident }) => incident)).size, 3)
  for (const message of [given, lasting])
    assert.equal(request(channel('pagerduty'), message, 'x').json.payload.severity, 'critical')
})
