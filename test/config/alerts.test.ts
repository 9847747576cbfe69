import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AlertSpec } from '../../src/config/alert-spec.ts'
import { parseRules } from '../../src/config/parse-rules.ts'
import { formatProblems } from '../../src/report/problems.ts'

const file = (alert: string, more = 'then: [{ restart: site.service }, { alert: ops }]') => `version: 1
sources: { site: { journal: { unit: site.service } } }
alerts:
  ops: ${alert}
rules:
  churn:
    source: site
    match: dies
    threshold: { count: 3, within: 9s }
    ${more}
`

function specOf(alert: string): AlertSpec | undefined {
  const text = file(alert)
  const result = parseRules(text, 'rules.yaml')
  assert.ok(result.ok, result.ok ? '' : formatProblems(result.problems, text, { colour: false }))
  return result.ruleset.alerts.get('ops')
}

/** `code text` of every mistake. */
function mistakesOf(text: string): readonly string[] {
  const result = parseRules(text, 'rules.yaml')
  const lines = text.split('\n')
  return result.ok
    ? []
    : result.problems.map(({ code, location: { line, column, length } }) => {
        const shown = lines[line - 1]?.slice(column - 1, column - 1 + length)
        return `${code} ${shown}`
      })
}

describe('alerts', () => {
  test('a webhook has a secret, a time limit and an interval of repeats', () => {
    assert.deepEqual(
      specOf('{ webhook: { url: "https://alerts.example/{secret}", secret_file: /etc/ops.secret } }'),
      {
        channel: {
          kind: 'webhook',
          url: 'https://alerts.example/{secret}',
          headers: new Map(),
          timeout: 10_000_000,
          secret: { kind: 'file', path: '/etc/ops.secret' },
        },
        repeatInterval: 3_600_000_000,
      },
    )
  })

  test('the URL of PagerDuty is known', () => {
    const channel = specOf('{ webhook: { preset: pagerduty, credential: pd }, repeat_interval: 0s }')?.channel
    assert.ok(channel?.kind === 'webhook')
    assert.equal(channel.url, 'https://events.pagerduty.com/v2/enqueue')
    assert.deepEqual(channel.secret, { kind: 'credential', name: 'pd' })
  })

  const servers: readonly [smtp: string, port: number, tls: string][] = [
    ['{ host: mail.example.org }', 587, 'starttls'],
    ['{ host: mail.example.org, port: 465 }', 465, 'implicit'],
    ['{ host: localhost }', 25, 'none'],
    ['{ host: mail.example.org, tls: implicit }', 465, 'implicit'],
  ]
  for (const [smtp, port, tls] of servers) {
    test(`mail by ${smtp} goes to port ${port} with tls: ${tls}`, () => {
      const channel = specOf(`{ email: { to: a@example.org, from: w@example.org, smtp: ${smtp} } }`)?.channel
      assert.ok(channel?.kind === 'email')
      assert.deepEqual([channel.smtp?.port, channel.smtp?.tls], [port, tls])
    })
  }
})

describe('what is wrong with an alert', () => {
  const webhook = (keys: string) => `{ webhook: { ${keys} } }`
  const email = (keys: string) => `{ email: { to: a@example.org, from: w@example.org, ${keys} } }`
  const cases: readonly [alert: string, mistakes: readonly string[]][] = [
    ['{}', ['missing-key ops']],
    ['{ webhok: { url: "https://a.example" } }', ['missing-key ops', 'unknown-key webhok']],
    ['{ webhook: { url: "https://a.example" }, command: [/bin/page] }', ['conflict command']],
    [webhook('preset: slack'), ['missing-key webhook']],
    [webhook('url: alerts.example'), ['bad-value alerts.example']],
    [webhook('url: "ftp://alerts.example"'), ['bad-value "ftp://alerts.example"']],
    [webhook('url: "https://me:pw@a.example"'), ['bad-value "https://me:pw@a.example"']],
    [webhook('url: "https://a.example/{secret}"'), ['conflict url']],
    [webhook('url: "https://a.example/{rule}", secret_file: /s'), ['unknown-placeholder {rule}']],
    [webhook('url: "https://a.example", secret_file: s'), ['bad-path s']],
    [webhook('url: "https://a.example", secret_file: /s, credential: c'), ['conflict credential']],
    [webhook('url: "https://a.example", credential: ../c'), ['bad-value ../c']],
    [webhook('url: "https://a.example", headers: { Host: b }'), ['bad-name Host']],
    [webhook('url: "https://a.example", headers: { X: "a\\r\\nY: b" }'), ['bad-value "a\\r\\nY: b"']],
    [webhook('url: "https://a.example", template: "{rul}"'), ['unknown-placeholder {rul}']],
    [webhook('url: "https://a.example", preset: slack, template: { text: x }'), ['conflict template']],
    [webhook('url: "https://a.example", template: { a: ["{no}"] }'), ['unknown-placeholder {no}']],
    [webhook('url: "https://a.example", timeout: 1h'), ['bad-duration 1h']],
    ['{ command: [page] }', ['bad-path page']],
    ['{ command: [/bin/page, "{worker}"] }', ['unknown-placeholder {worker}']],
    [email('smtp: { host: "a b" }'), ['bad-value "a b"']],
    [email('smtp: { host: a, user: me }'), ['missing-key smtp']],
    [email('smtp: { host: a }, sendmail: /bin/sendmail'), ['conflict sendmail']],
    ['{ email: { to: "a@x.org, b@x.org", from: w@x.org } }', ['bad-value "a@x.org, b@x.org"']],
    ['{ email: { to: "Ops <ops@x.org>", from: w@x.org } }', ['bad-value "Ops <ops@x.org>"']],
  ]
  for (const [alert, mistakes] of cases) {
    test(alert, () => assert.deepEqual(mistakesOf(file(alert)), mistakes))
  }

  test('the name of an alert that is not there, wherever it stands', () => {
    const more = `then: [{ alert: opps }]
    budget: { actions: 1, per: 1h, then: [{ alert: pager }] }
    verify: { within: 9s, then: [{ command: [/bin/true] }, { alert: opz }] }`
    assert.deepEqual(mistakesOf(file('{ command: [/bin/page] }', more)), [
      'unknown-alert opps',
      'unknown-alert pager',
      'unknown-alert opz',
    ])
  })

  test('nothing more is done to units when the watchdog has given up, but an alert may be sent', () => {
    const more = `then: [{ restart: site.service }]
    budget: { actions: 1, per: 1h, then: [{ alert: ops }, { restart: site.service }] }`
    assert.deepEqual(mistakesOf(file('{ command: [/bin/page] }', more)), [
      'conflict { restart: site.service }',
    ])
  })
})

test('an alert that no rule uses is warned of', () => {
  const text = file('{ command: [/bin/page] }', 'then: [{ restart: site.service }]')
  const result = parseRules(text, 'rules.yaml')
  assert.ok(result.ok)
  assert.deepEqual(
    result.warnings(new Map()).map(({ message, location: { line } }) => `${line} ${message}`),
    ['4 no rule uses this alert'],
  )
})
