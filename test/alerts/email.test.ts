import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { deliver } from '../../src/alerts/channels/channel.ts'
import type { Delivery } from '../../src/alerts/delivery.ts'
import type { EmailChannel, SmtpServer as SmtpSpec } from '../../src/config/alert-spec.ts'
import { milliseconds, seconds } from '../../src/engine/time.ts'
import { type SmtpConduct, SmtpServer } from '../support/smtp-server.ts'
import { firing, start } from './messages.ts'

const attempt = (more: Partial<EmailChannel>): Promise<Delivery> => {
  const channel: EmailChannel = {
    kind: 'email',
    to: ['ops@example.org', 'boss@example.org'],
    from: 'watchdog@example.org',
    sendmail: '/no/such/sendmail',
    timeout: seconds(20),
    ...more,
  }
  const options = { credentials: undefined, now: start, signal: new AbortController().signal }
  return deliver({ channel, repeatInterval: seconds(60) }, firing(), options)
}

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'email-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function stage(t: TestContext, conduct: SmtpConduct = {}) {
  const server = await SmtpServer.start(conduct)
  t.after(() => server.stop())
  const smtp: SmtpSpec = { host: '127.0.0.1', port: server.port, tls: 'none' }
  return { server, smtp }
}

test('a mail server gets the mail, for everybody', async (t) => {
  const { server, smtp } = await stage(t)
  assert.deepEqual(await attempt({ smtp }), { kind: 'delivered' })
  const [mail] = server.taken
  assert.equal(mail?.from, 'watchdog@example.org')
  assert.deepEqual(mail?.to, ['ops@example.org', 'boss@example.org'])
  assert.match(mail?.text ?? '', /^Subject: \[web1\] acted: worker-churn \(site\.service\)$/m)
  assert.match(mail?.text ?? '', /^Date: Sun, 17 May 2026 06:40:00 \+0000$/m)
  assert.match(mail?.text ?? '', /^Auto-Submitted: auto-generated$/m)
  assert.match(mail?.text ?? '', /^Last event: increase workers to minimal$/m)
})

test('it logs in by the password of the file', async (t) => {
  const { server, smtp } = await stage(t, { login: { user: 'me', password: 'pa ss' } })
  const path = join(folderOf(t), 'password')
  writeFileSync(path, 'pa ss\n')
  const login = { user: 'me', password: { kind: 'file', path } as const }
  assert.deepEqual(await attempt({ smtp: { ...smtp, login } }), { kind: 'delivered' })
  assert.equal(server.taken.length, 1)
})

test('a wrong password is told of without it, and may be mended', async (t) => {
  const { smtp } = await stage(t, { login: { user: 'me', password: 'right' } })
  const path = join(folderOf(t), 'password')
  writeFileSync(path, 'hunter2\n')
  const delivery = await attempt({
    smtp: { ...smtp, login: { user: 'me', password: { kind: 'file', path } } },
  })
  assert.ok(delivery.kind === 'failed')
  assert.match(delivery.why, /^127\.0\.0\.1 did not take the mail \(535\): 535 not with \*\*\*/)
  assert.doesNotMatch(delivery.why, /hunter2|AG1lAGh1bnRlcjI/)
})

test('nothing is sent in clear where encryption is wanted', async (t) => {
  const { server, smtp } = await stage(t)
  for (const tls of ['starttls', 'implicit'] as const) {
    const delivery = await attempt({ smtp: { ...smtp, tls }, timeout: seconds(2) })
    assert.equal(delivery.kind, 'failed')
  }
  assert.deepEqual(server.taken, [])
  assert.ok(!server.commands.some((line) => /^(MAIL|AUTH)/.test(line)))
})

const conducts: readonly [what: string, conduct: SmtpConduct, kind: string, why: RegExp][] = [
  ['a full mailbox', { answers: { RCPT: '452 full' } }, 'failed', /\(452\): 452 full$/],
  ['a mailbox that is not there', { answers: { RCPT: '550 nobody' } }, 'refused', /\(550\): 550 nobody$/],
  ['mail that it does not like', { answers: { end: '554 spam' } }, 'refused', /\(554\): 554 spam$/],
  ['a server that is closed', { answers: { greeting: '421 later' } }, 'failed', /421/],
  ['a server that dies at once', { answers: { greeting: 'die' } }, 'failed', /did not take the mail/],
  ['a server that dies in between', { answers: { end: 'die' } }, 'failed', /did not take the mail/],
]
for (const [what, conduct, kind, why] of conducts) {
  test(`${what} is ${kind}`, async (t) => {
    const { smtp } = await stage(t, conduct)
    const delivery = await attempt({ smtp })
    assert.equal(delivery.kind, kind, JSON.stringify(delivery))
    assert.match('why' in delivery ? delivery.why : '', why)
  })
}

for (const word of ['greeting', 'EHLO', 'DATA', 'end']) {
  test(`a server that hangs at ${word} is given up in time`, async (t) => {
    const { smtp } = await stage(t, { answers: { [word]: 'hang' } })
    const began = performance.now()
    const delivery = await attempt({ smtp, timeout: milliseconds(300) })
    assert.match('why' in delivery ? delivery.why : '', /^127\.0\.0\.1 (took longer than 0\.3s|did not take)/)
    assert.ok(performance.now() - began < 5_000)
  })
}

test('without a server the local sendmail gets it', async (t) => {
  const folder = folderOf(t)
  const sendmail = join(folder, 'sendmail')
  writeFileSync(sendmail, `#!/bin/sh\nprintf '%s\\n' "$@" >${folder}/args\ncat >${folder}/mail\n`)
  chmodSync(sendmail, 0o755)
  assert.deepEqual(await attempt({ sendmail }), { kind: 'delivered' })
  const args = readFileSync(join(folder, 'args'), 'utf8')
  assert.equal(args, '-i\n-f\nwatchdog@example.org\n--\nops@example.org\nboss@example.org\n')
  const mail = readFileSync(join(folder, 'mail'), 'utf8')
  assert.match(mail, /^To: ops@example\.org, boss@example\.org$/m)
  assert.doesNotMatch(mail, /\r/)
})

test('a sendmail that is not there, or fails, is a failure', async () => {
  const missing = await attempt({})
  assert.deepEqual(missing, { kind: 'failed', why: '/no/such/sendmail did not take the mail (ENOENT)' })
  const failing = await attempt({ sendmail: '/bin/false' })
  assert.deepEqual(failing, { kind: 'failed', why: '/bin/false did not take the mail (status 1)' })
})
