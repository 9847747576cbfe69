import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { until } from '../lab/until.ts'
import { certificatePath, SmtpServer } from '../support/smtp-server.ts'
import { RunningWatchdog } from './running-watchdog.ts'

const password = 'hunter2'

async function stage(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'alerts-mail-'))
  const path = (name: string): string => join(folder, name)
  const server = await SmtpServer.start({ starttls: true, login: { user: 'me', password } })
  const started: RunningWatchdog[] = []
  t.after(async () => {
    for (const watchdog of started) await watchdog.end('SIGKILL')
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
    delete process.env['NODE_EXTRA_CA_CERTS']
    delete process.env['CREDENTIALS_DIRECTORY']
  })
  writeFileSync(path('log'), '')
  writeFileSync(path('mail'), `${password}\n`)
  const smtp = `{ host: 127.0.0.1, port: ${server.port}, user: me, password_credential: mail, tls: starttls }`
  writeFileSync(
    path('rules.yaml'),
    `version: 1
sources: { log: { file: ${path('log')} } }
alerts:
  ops: { email: { to: ops@example.org, from: watchdog@example.org, smtp: ${smtp} } }
rules:
  broken:
    source: log
    match: broken
    threshold: { count: 1, within: 1s }
    then: [{ alert: ops }]
`,
  )
  process.env['CREDENTIALS_DIRECTORY'] = folder
  const start = async (): Promise<RunningWatchdog> => {
    const watchdog = new RunningWatchdog('--rules', path('rules.yaml'), '--state-dir', path('state'))
    started.push(watchdog)
    return await watchdog.watching()
  }
  return { server, start, breaks: () => appendFileSync(path('log'), 'it is broken\n') }
}

test('a mail server whose certificate nobody vouches for is told nothing; one that is vouched for gets the mail', async (t) => {
  const { server, start, breaks } = await stage(t)
  const first = await start()
  breaks()
  const told = await until('the failure', () =>
    first.logged('alert').find(({ msg }) => msg?.includes('could not be delivered')),
  )
  assert.match(told.msg ?? '', /127\.0\.0\.1 did not take the mail/)
  assert.ok(!server.commands.some((line) => line.includes('AUTH')))
  await first.end('SIGTERM')

  process.env['NODE_EXTRA_CA_CERTS'] = certificatePath
  const second = await start()
  await until('the mail', () => server.taken.length === 1)
  assert.ok(server.commands.some((line) => line.startsWith('tls: AUTH')))
  assert.match(server.taken[0]?.text ?? '', /^Last event: it is broken$/m)
  await until('the report', () => second.logged('alert').some(({ kind }) => kind === 'delivered'))
  assert.equal(await second.end('SIGTERM'), 0)
  for (const { log } of [first, second]) assert.doesNotMatch(JSON.stringify(log), /hunter2/)
})
