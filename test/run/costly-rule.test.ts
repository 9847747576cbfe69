import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { until } from '../lab/until.ts'
import { RunningWatchdog } from './running-watchdog.ts'

test('a rule that takes too much is reported, and set aside only where the file says so', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'costly-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const log = join(folder, 'log')
  const rules = join(folder, 'rules.yaml')
  const costly = "match: { regex: 'a.*a.*[0-9]|broken' }"
  const rule = (name: string, match: string, cpu: string): string => `
  ${name}:
    source: log
    ${match}
    threshold: { count: 1, within: 1s }
    cooldown: 1us
    cpu: { per: 1s, ${cpu} }
    then: [{ command: [/bin/true] }]`
  writeFileSync(log, '')
  writeFileSync(
    rules,
    `version: 1
sources: { log: { file: ${log} } }
rules:${rule('dear', costly, 'share: 0.001')}${rule('dismissed', costly, 'share: 0.001, set_aside: true')}${rule('cheap', 'match: broken', 'share: 1, set_aside: true')}
`,
  )
  const watchdog = await new RunningWatchdog('--rules', rules, '--dry-run').watching()
  t.after(() => watchdog.end('SIGKILL'))
  const reported = (): readonly unknown[] => watchdog.logged('costly').map((line) => line.rule)
  const decided = (): readonly unknown[] => watchdog.logged('decision').map((line) => line.rule)
  const lines = `${'a'.repeat(1_000)}\n`.repeat(100)
  await until('both reports', () => {
    appendFileSync(log, lines)
    return reported().length >= 2
  })
  assert.deepEqual([...reported()].sort(), ['dear', 'dismissed'])
  appendFileSync(log, 'broken\n')
  await until('the decisions', () => decided().includes('cheap'))
  assert.deepEqual([...new Set(decided())].sort(), ['cheap', 'dear'])
})
