import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../../dist/cli/watchdog.js', import.meta.url))

test('replay --profile shows which rule takes the time', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'profile-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const rules = join(folder, 'rules.yaml')
  const log = join(folder, 'log')
  const rule = (name: string, match: string): string =>
    `  ${name}: { source: log, match: ${match}, threshold: { count: 1, within: 1s }, then: [{ command: [/bin/true] }] }\n`
  writeFileSync(
    rules,
    `version: 1\nsources: { log: { file: ${log} } }\nrules:\n${rule('cheap', 'quiet')}${rule('dear', "{ regex: 'a.*a.*[0-9]' }")}`,
  )
  writeFileSync(log, `2026-05-04T03:02:01Z ${'a'.repeat(1_000)}\n`.repeat(5_000))
  const replay = (...options: string[]): string =>
    execFileSync(process.execPath, [program, 'replay', '--rules', rules, log, ...options], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  const table = replay('--profile').split('\n').slice(-4)
  assert.match(table[1] ?? '', /^ {2}dear +[\d.]+ % /, table.join('\n'))
  assert.match(table[2] ?? '', /^ {2}cheap /)
  const summary = JSON.parse(replay('--profile', '--json')) as { rules: { spentMicroseconds: number }[] }
  const [cheap, dear] = summary.rules.map(({ spentMicroseconds }) => spentMicroseconds)
  assert.ok((dear ?? 0) > (cheap ?? 0), `dear ${dear}, cheap ${cheap}`)
  assert.ok(!replay('--json').includes('spentMicroseconds'))
})
