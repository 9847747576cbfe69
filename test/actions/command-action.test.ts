import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { performCommand } from '../../src/actions/command-action.ts'
import type { Incident } from '../../src/actions/incident.ts'
import { milliseconds, seconds } from '../../src/engine/time.ts'
import { incident } from './incidents.ts'

const never = new AbortController().signal

const perform = (argv: readonly string[], about: Incident = incident(), timeout = seconds(20)) =>
  performCommand({ kind: 'command', argv, timeout }, about, never)

/** What the command writes to the file that is its last argument. */
async function written(script: string, about: Incident, ...args: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'action-'))
  try {
    const attempt = await perform(['/bin/sh', '-c', `${script} > "$0"`, `${folder}/out`, ...args], about)
    assert.equal(attempt.result, 'done', attempt.message)
    return await readFile(`${folder}/out`, 'utf8')
  } finally {
    await rm(folder, { recursive: true })
  }
}

test('placeholders in arguments are replaced, and stay one argument', async () => {
  const about = incident({ worker: '7; rm -rf /\0 "$(id)"' })
  const told = await written(
    'printf "<%s>" "$@"',
    about,
    '{rule} on {target}',
    '{count}',
    '{worker}',
    '{first}',
  )
  assert.equal(told, '<worker-churn on site.service><10><7; rm -rf / "$(id)"><2026-05-17T06:38:39.000000Z>')
})

test('a key field that has the name of a value of the incident is told apart by its prefix', async () => {
  const told = await written('printf %s "$1"', incident({ count: 'seven' }), '{count} {key.count}')
  assert.equal(told, '10 seven')
})

test('the incident is told as JSON on standard input, as replay tells it', async () => {
  const told: unknown = JSON.parse(await written('cat', incident({ worker: '7' })))
  assert.deepEqual(told, {
    type: 'decision',
    time: '2026-05-17T06:40:00.000000Z',
    id: 'worker-churn-1',
    rule: 'worker-churn',
    key: { worker: '7' },
    target: 'site.service',
    decision: 'act',
    actions: [],
    count: 10,
    first: '2026-05-17T06:38:39.000000Z',
    last: '2026-05-17T06:40:00.000000Z',
    lastEvent: { source: 'site', position: 's=1', text: 'increase workers to minimal' },
    incomplete: false,
    ruleHash: 'h',
    policy: { cooldown: 30_000_000 },
  })
})

test('the environment tells the incident, and nothing of ours but what any command needs', async () => {
  process.env['NOTIFY_SOCKET'] = '/run/systemd/notify'
  process.env['WATCHDOG_USEC'] = '1'
  try {
    const told = await written('env -0', incident({ _PID: '12', 'a-b': 'x\ny\0' }))
    const lines = told.split('\0').filter((line) => /^(WATCHDOG|NOTIFY|PATH)/.test(line))
    assert.deepEqual(lines.sort(), [
      `PATH=${process.env['PATH']}`,
      'WATCHDOG_COUNT=10',
      'WATCHDOG_FIRST=2026-05-17T06:38:39.000000Z',
      'WATCHDOG_KEY_A_B=x\ny',
      'WATCHDOG_KEY__PID=12',
      'WATCHDOG_LAST=2026-05-17T06:40:00.000000Z',
      'WATCHDOG_RULE=worker-churn',
      'WATCHDOG_TARGET=site.service',
      'WATCHDOG_TIME=2026-05-17T06:40:00.000000Z',
    ])
  } finally {
    delete process.env['NOTIFY_SOCKET']
    delete process.env['WATCHDOG_USEC']
  }
})

test('what a log says can be too long for an argument: it is cut, and the command starts', async () => {
  const told = await written(
    'printf %s "$1$WATCHDOG_KEY_WORKER"',
    incident({ worker: 'x'.repeat(1_000_000) }),
    '{worker}',
  )
  assert.equal(told, 'x'.repeat(2 * 4_096))
})

const ends: [argv: string[], result: string, message: RegExp][] = [
  [['/bin/sh', '-c', 'echo sent; exit 3'], 'failed', /^\/bin\/sh exited with status 3, and said: sent$/],
  [['/bin/sh', '-c', 'printf "a\\n\\n\\033[2Jb\\n"; exit 1'], 'failed', /said: a \| \\x1b\[2Jb$/],
  [['/bin/sh', '-c', 'kill -SEGV $$'], 'failed', /^\/bin\/sh was ended by SIGSEGV$/],
  [['/no/such/program', '{rule}'], 'failed', /^there is no \/no\/such\/program/],
  [['/etc/passwd'], 'refused', /^\/etc\/passwd may not be run by us: check its mode/],
]
for (const [argv, result, message] of ends) {
  test(`${argv.join(' ')} is ${result}`, async () => {
    const attempt = await perform(argv)
    assert.equal(attempt.result, result)
    assert.match(attempt.message ?? '', message)
  })
}

test('a command that takes too long is ended, and told as such', async () => {
  const attempt = await perform(['/bin/sleep', '60'], incident(), milliseconds(100))
  assert.equal(attempt.result, 'timed-out')
  assert.equal(attempt.message, '/bin/sleep was ended, for it took longer than 0.1s')
})
