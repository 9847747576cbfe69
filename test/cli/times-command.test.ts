import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const program = fileURLToPath(new URL('../../dist/cli/watchdog.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'times-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const times = (args: readonly string[], input = '') =>
  spawnSync(process.execPath, [program, 'times', ...args], { encoding: 'utf8', input })

const log = '2026-11-21T04:33:00Z one\n  of it\n2026-11-21T04:33:01.5Z two\n2026/11/21 04:33:02 three\nlast'

test('watchdog times --json tells of every line', () => {
  const path = join(folder, 'app.log.gz')
  writeFileSync(path, gzipSync(log))
  const { stdout, status } = times([path, '--json', '--timezone', 'Europe/Berlin'])
  assert.equal(status, 0)
  assert.deepEqual(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
    [
      { line: 1, time: '2026-11-21T04:33:00.000000Z', format: 'iso8601' },
      { line: 2, time: null, format: null },
      { line: 3, time: '2026-11-21T04:33:01.500000Z', format: 'iso8601' },
      { line: 4, time: '2026-11-21T03:33:02.000000Z', format: 'nginx' },
      { line: 5, time: null, format: null },
    ],
  )
})

test('watchdog times shows each kind of line once, with how many there are', () => {
  const { stdout, status } = times(['-', '--timezone', 'UTC'], log)
  assert.equal(status, 0)
  assert.deepEqual(stdout.trimEnd().split('\n'), [
    '-: 5 lines',
    '  iso8601  2  2026-11-21T04:33:00.000000Z  1: 2026-11-21T04:33:00Z one',
    '  no time  2  of the line before it        2:   of it',
    '  nginx    1  2026-11-21T04:33:02.000000Z  4: 2026/11/21 04:33:02 three',
  ])
})

test('watchdog times says by its exit code that there are no times, or that it was called wrongly', () => {
  assert.equal(times(['-'], 'none\n').status, 1)
  assert.equal(times(['-', '--format', '%d.%m.%Y %H:%M'], '21.11.2026 04:33 here\n').status, 0)
  const wrong = times(['-', '--format', 'iso8602'])
  assert.equal(wrong.status, 2)
  assert.match(wrong.stderr, /did you mean "iso8601"/)
  const missing = times([join(folder, 'none')])
  assert.equal(missing.status, 1)
  assert.match(missing.stderr, /does not exist/)
})
