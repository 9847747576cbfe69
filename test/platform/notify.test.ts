import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { notifierFrom } from '../../src/platform/notify.ts'

/** An environment in which systemd-notify writes down what it is given, the first call slowly; or fails. */
function manager(t: TestContext, script: string) {
  const folder = mkdtempSync(join(tmpdir(), 'notify-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const program = join(folder, 'systemd-notify')
  writeFileSync(program, `#!/bin/sh\n${script}\n`)
  chmodSync(program, 0o755)
  const socket = join(folder, 'told')
  return {
    environment: { PATH: `${folder}:${process.env['PATH']}`, NOTIFY_SOCKET: socket },
    told: () => (existsSync(socket) ? readFileSync(socket, 'utf8') : ''),
  }
}

const fail = (reason: string) => assert.fail(reason)

test('the service manager is told one thing after the other', async (t) => {
  const first = `[ -e "$NOTIFY_SOCKET.begun" ] || { : >"$NOTIFY_SOCKET.begun"; sleep 0.1; }`
  const { environment, told } = manager(t, `${first}\nprintf '[%s]' "$@" >>"$NOTIFY_SOCKET"`)
  const notifier = notifierFrom(environment, fail)
  await Promise.all([notifier.tell('READY=1', 'STATUS=a b; $(c)'), notifier.tell('WATCHDOG=1')])
  assert.equal(told(), '[READY=1][STATUS=a b; $(c)][WATCHDOG=1]')
})

test('a manager that cannot be told is no reason to end', async (t) => {
  const { environment } = manager(t, 'echo refused >&2; exit 1')
  const failures: string[] = []
  const notifier = notifierFrom(environment, (reason) => failures.push(reason))
  await notifier.tell('READY=1')
  await notifierFrom({ ...environment, PATH: '/nowhere' }, (reason) => failures.push(reason)).tell('READY=1')
  assert.match(failures[0] ?? '', /systemd-notify.*: refused/s)
  assert.match(failures[1] ?? '', /ENOENT/)
})

test('without a manager nobody is told, and signs of life are for whom they are asked of', async () => {
  const NOTIFY_SOCKET = '/run/x'
  const keepAlive = (environment: Record<string, string>) => notifierFrom(environment, fail).keepAliveMs
  await notifierFrom({ WATCHDOG_USEC: '60000000' }, fail).tell('READY=1')
  assert.equal(keepAlive({ WATCHDOG_USEC: '60000000' }), undefined)
  assert.equal(keepAlive({ NOTIFY_SOCKET }), undefined)
  assert.equal(keepAlive({ NOTIFY_SOCKET, WATCHDOG_USEC: '60000000' }), 20_000)
  assert.equal(keepAlive({ NOTIFY_SOCKET, WATCHDOG_USEC: '60000000', WATCHDOG_PID: '1' }), undefined)
  const ours = String(process.pid)
  assert.equal(keepAlive({ NOTIFY_SOCKET, WATCHDOG_USEC: '60000000', WATCHDOG_PID: ours }), 20_000)
})
