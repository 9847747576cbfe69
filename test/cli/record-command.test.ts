import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../../dist/cli/watchdog.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'record-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const write = (name: string, text: string): string => {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  return path
}
const watchdog = (...args: readonly string[]) =>
  spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
    input: '',
    env: { ...process.env, TZ: 'UTC' },
  })

const start = Date.UTC(2026, 4, 3, 4, 0)
const iso = (second: number): string => new Date(start + second * 1_000).toISOString()
const around = '2026-05-03 04:10 UTC'

const rulesText = `version: 1
sources:
  auth: { file: /var/log/auth.log, timezone: UTC }
rules:
  brute:
    source: auth
    match: { regex: 'Failed password for .* from (?P<ip>[\\d.]+) port' }
    group_by: ip
    threshold: { count: 5, within: 2min }
    then: [{ command: [/usr/bin/logger, "{ip}"] }]
    cooldown: 3min
  frame:
    source: auth
    match: frame of handler
    threshold: { count: 10, within: 5min }
    then: [{ restart: app.service }]
`
const rules = write('rules.yaml', rulesText)
const block = (second: number): string =>
  [
    `${iso(second)} web7 sshd[${second}]: Failed password for invalid user carol from 203.0.113.${second % 2} port 4711 ssh2`,
    `${iso(second + 1)} web7 app[8]: GET https://shop.acme.com/reset?token=AbCdEf0123456789AbCdEf01&id=42 for user carol <carol@acme.com>`,
    '   frame of handler (web7)',
    '',
  ].join('\n')
const log = write('logs/auth.log', Array.from({ length: 240 }, (_, index) => block(index * 5)).join(''))

/** Adds the test that was shown to the rule file, and runs it. */
function tested(text: string, shown: string) {
  const { stdout, status } = watchdog('test', write('tested.yaml', text + shown), '--json')
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  return { status, decisions: lines[0].decisions.length, passed: lines.at(-1).passed }
}

test('watchdog record cuts a slice, and shows a test for it that passes', () => {
  const file = join(folder, 'cases/auth.log')
  mkdirSync(dirname(file), { recursive: true })
  const args = ['record', '--rules', rules, '--around', around, '--before', '4min', '--after', '2min']
  const { stdout, stderr, status } = watchdog(...args, '-o', file, log)
  assert.equal(status, 0, stderr)
  const text = readFileSync(file, 'utf8')
  assert.ok(readFileSync(log, 'utf8').includes(text))
  assert.ok(text.startsWith(iso(360)) && text.includes(`${iso(720)} web7 sshd`) && !text.includes(iso(725)))
  assert.match(
    stdout,
    /^tests:\n {2}- name: "recorded around 2026-05-03T04:10:00.000000Z"\n {4}file: "cases\/auth.log"\n/,
  )
  assert.match(stdout, /- { at: 40s, decision: act, rule: "brute", key: { "ip": "203.0.113.0" } }/)
  const { decisions, ...result } = tested(rulesText, stdout)
  assert.deepEqual(result, { status: 0, passed: 1 })
  assert.ok(decisions >= 6, `${decisions}`)

  const again = watchdog(...args, '-o', file, log)
  assert.equal(again.status, 1)
  assert.match(again.stderr, /cases\/auth.log is there already/)
})

test('watchdog record --rule takes what the rule looks at, with the time of lines that bear none', () => {
  const file = join(folder, 'frames/auth.log')
  mkdirSync(dirname(file), { recursive: true })
  const args = ['record', '--rules', rules, '--around', around, '--rule', 'frame', '-o', file]
  const { stdout, status } = watchdog(...args, log)
  assert.equal(status, 0)
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  assert.equal(lines.length, 2 * 180)
  assert.ok(lines.every((line) => / GET |frame of handler/.test(line)))
  assert.match(stdout, /^ {4}rule: "frame"$/m)
  assert.match(stdout, /- { at: 45s, decision: act, target: "app.service" }/)
  assert.equal(tested(rulesText, stdout).status, 0)
})

test('watchdog record --redact takes out what is private, and the rules decide as before', () => {
  const file = join(folder, 'redacted/auth.log')
  mkdirSync(dirname(file), { recursive: true })
  const args = ['record', '--rules', rules, '--around', around, '--redact', '-o', file]
  const { stdout, stderr, status } = watchdog(...args, log)
  assert.equal(status, 0)
  const text = readFileSync(file, 'utf8')
  assert.ok(!/web7|carol|acme|AbCdEf|203\.0\.113|id=42/.test(text), text.slice(0, 500))
  assert.match(stderr, /replaced .*2 IPv4 addresses/)
  assert.match(
    text.split('\n')[0] ?? '',
    /^2026-05-03T04:00:00.000Z host1 sshd\[0\]: Failed password for invalid user user1 from 198.18.0.\d port 4711 ssh2$/,
  )
  const plain = watchdog('replay', '--rules', rules, log, '--json', '--until', '2026-05-03 04:15 UTC')
  const acted = plain.stdout.split('\n').filter((line) => line.includes('"decision":"act"')).length
  const { decisions, ...result } = tested(rulesText, stdout)
  assert.deepEqual([result.status, decisions], [0, acted])
  assert.equal(new Set(stdout.match(/"198.18.0.\d+"/g)).size, 2)
})

test('watchdog record keeps entries of the journal as they are replayed, and no other fields', () => {
  const entry = (second: number, fields: object): string =>
    `${JSON.stringify({
      __CURSOR: `s=0123456789abcdef0123456789abcdef;i=${second}`,
      __REALTIME_TIMESTAMP: String((start + second * 1_000) * 1_000),
      __MONOTONIC_TIMESTAMP: String(second * 1_000_000),
      _BOOT_ID: '00112233445566778899aabbccddeeff',
      _HOSTNAME: 'web7',
      _CMDLINE: '/usr/bin/site --password hunter2',
      _SYSTEMD_UNIT: 'site.service',
      PRIORITY: '4',
      ...fields,
    })}\n`
  const dump = write(
    'journal.json',
    Array.from({ length: 30 }, (_, index) =>
      entry(index * 5, { MESSAGE: `worker ${index} exited on web7`, POOL: index % 2 === 0 ? 'web7' : 'db9' }),
    ).join(''),
  )
  const text = `version: 1
sources: { site: { journal: { unit: site.service } } }
rules:
  churn:
    source: site
    match: exited
    group_by: [POOL, _HOSTNAME]
    threshold: { count: 10, within: 2min }
    then: [{ restart: site.service }]
`
  const file = join(folder, 'slice.json')
  const { stdout, stderr, status } = watchdog(
    ...[
      'record',
      '--rules',
      write('journal.yaml', text),
      '--around',
      '2026-05-03 04:01 UTC',
      '--redact',
      '-o',
      file,
      dump,
    ],
  )
  assert.equal(status, 0, stderr)
  const slice = readFileSync(file, 'utf8')
  assert.ok(!/web7|hunter2|0123456789abcdef|00112233/.test(slice), slice.slice(0, 500))
  const first = JSON.parse(slice.slice(0, slice.indexOf('\n')))
  assert.deepEqual(first, {
    __CURSOR: 'entry 1',
    __REALTIME_TIMESTAMP: String(start * 1_000),
    __MONOTONIC_TIMESTAMP: '0',
    _BOOT_ID: '00000000000000000000000000000001',
    _HOSTNAME: 'host1',
    _SYSTEMD_UNIT: 'site.service',
    PRIORITY: '4',
    MESSAGE: 'worker 0 exited on host1',
    POOL: 'host1',
  })
  assert.match(stdout, /at: 1min 30s, decision: act.*"POOL": "host1", "_HOSTNAME": "host1"/)
  assert.equal(tested(text, stdout).status, 0)
})

test('watchdog record writes to standard output where no file is named', () => {
  const { stdout, status } = watchdog(
    ...['record', '--rules', rules, '--around', around, '--before', '3s', '--after', '0s', log],
  )
  assert.equal(status, 0)
  assert.deepEqual(
    stdout.split('\n').map((line) => line.slice(0, 40)),
    [`${iso(600)} web7 sshd[600]:`, ''],
  )
})

test('watchdog record tells what is wrong with what it is given', () => {
  const refused = (code: number, pattern: RegExp, ...args: readonly string[]): void => {
    const { status, stderr } = watchdog('record', '--rules', rules, ...args)
    assert.equal(status, code, stderr)
    assert.match(stderr, pattern)
  }
  refused(2, /required option '--around/, log)
  refused(2, /--around: expected a time such as/, '--around', 'then', log)
  refused(2, /name files, or give --journal/, '--around', around)
  refused(2, /unknown rule "frmae": did you mean "frame"\?/, '--around', around, '--rule', 'frmae', log)
  refused(1, /nothing was logged from 2026-04-02T23:50.*check --around/, '--around', '2026-04-03 UTC', log)
  refused(1, /does not exist/, '--around', around, join(folder, 'none.log'))
  const two = write(
    'two.yaml',
    rulesText.replace('sources:\n', 'sources:\n  nginx: { file: /var/log/error.log, timezone: UTC }\n') +
      '  nginx: { source: nginx, match: x, threshold: { count: 1, within: 1s }, then: [{ restart: app.service }] }\n',
  )
  const other = write('logs/error.log', `${iso(600)} x\n`)
  const mixed = watchdog('record', '--rules', two, '--around', around, log, other)
  assert.equal(mixed.status, 2)
  assert.match(mixed.stderr, /record .*auth.log and .*error.log one by one/)
})
