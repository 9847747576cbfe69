import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { deliver } from '../../src/alerts/channels/channel.ts'
import { type Delivery, retryDelay } from '../../src/alerts/delivery.ts'
import { type Duration, milliseconds, seconds } from '../../src/engine/time.ts'
import { firing, start } from './messages.ts'

const attempt = (argv: readonly string[], timeout: Duration = seconds(20)): Promise<Delivery> =>
  deliver(
    { channel: { kind: 'command', argv, timeout }, repeatInterval: seconds(60) },
    firing(1, { pool: 'www' }),
    {
      credentials: undefined,
      now: start,
      signal: new AbortController().signal,
    },
  )

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'delivery-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('a command gets the alert as arguments, environment and JSON', async (t) => {
  const folder = folderOf(t)
  const script =
    'cat >"$0/in"; printf "%s\\n" "$@" "$WATCHDOG_RULE" "$WATCHDOG_STATUS" "$WATCHDOG_KEY_POOL" >"$0/out"'
  const delivery = await attempt([
    '/bin/sh',
    '-c',
    script,
    folder,
    '{rule} on {target}',
    '{key.pool}',
    '{no}{{x}}',
  ])
  assert.deepEqual(delivery, { kind: 'delivered' })
  assert.equal(
    readFileSync(join(folder, 'out'), 'utf8'),
    'worker-churn on site.service\nwww\n{x}\nworker-churn\nfiring\nwww\n',
  )
  const told = JSON.parse(readFileSync(join(folder, 'in'), 'utf8'))
  assert.equal(told.id, firing(1, { pool: 'www' }).id)
  assert.match(told.text, /^worker-churn \[pool=www\] on web1/)
})

test('a command that fails, hangs or is not there is a failure that may pass', async () => {
  const whys = [
    await attempt(['/bin/sh', '-c', 'echo secret; exit 3']),
    await attempt(['/bin/sleep', '60'], milliseconds(100)),
    await attempt(['/no/such/program']),
  ].map((delivery) => (delivery.kind === 'failed' ? delivery.why : delivery.kind))
  assert.deepEqual(whys, [
    '/bin/sh exited with status 3',
    '/bin/sleep was ended, for it took longer than 0.1s',
    '/no/such/program could not be started (ENOENT)',
  ])
})

test('waiting grows up to 5 min, never by more than that, and as long as a server asks for', () => {
  const random = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), random, random, (failures, one, other) => {
      const delay = retryDelay(failures, one)
      assert.ok(delay >= seconds(0.5) && delay <= seconds(300))
      assert.ok(delay <= 2 * retryDelay(failures + 1, other))
    }),
  )
  assert.equal(retryDelay(1, 0), seconds(1))
  assert.equal(retryDelay(4, 0), seconds(8))
  assert.equal(retryDelay(4, 1), seconds(4))
  assert.equal(retryDelay(1, 0, seconds(60)), seconds(60))
  assert.equal(retryDelay(1, 0, seconds(86_400)), seconds(3_600))
})
