import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

const folder = mkdtempSync(join(tmpdir(), 'watchdog-test-'))
after(() => rmSync(folder, { recursive: true }))

const main = fileURLToPath(new URL('../../src/cli/watchdog.ts', import.meta.url))
const example = fileURLToPath(new URL('../../rules/example.yaml', import.meta.url))
const watchdog = (...args: readonly string[]) =>
  execa(process.execPath, ['--import', 'tsx', main, 'test', ...args], { reject: false, timeout: 60_000 })

const rules = (tests: string): string => `version: 1
sources: { site: { file: /var/log/site.log } }
rules:
  churn:
    source: site
    match: dies
    threshold: { count: 3, within: 10s }
    then: [{ restart: site.service }]
${tests}`

function written(name: string, text: string): string {
  const path = join(folder, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, text)
  return path
}

describe('watchdog test', () => {
  test('the tests of the example pass and reach everything', async () => {
    const { exitCode, stdout } = await watchdog(example, '--min-coverage', '100')
    assert.equal(exitCode, 0, stdout)
    assert.match(stdout, /\n6 tests passed$/)
    assert.match(stdout, /8 of 8 branches reached, 100 %/)
  })

  test('a recorded log beside the rule file, a failing test, JSON, JUnit and too little coverage', async () => {
    const lines = [1, 2, 3].map((second) => `2026-05-17T03:12:4${second}.5Z host worker[1]: dies\n`)
    written('logs/may.log', lines.join(''))
    const path = written(
      'rules.yaml',
      rules(`tests:
  - { name: May, file: logs/may.log, expect: [{ at: 2s, decision: act }] }
  - { name: June, file: logs/may.log, expect: [] }
  - { name: July, file: logs/july.log, expect: [] }
`),
    )
    const junit = join(folder, 'junit.xml')
    const { exitCode, stdout, stderr } = await watchdog(
      path,
      '--json',
      '--junit',
      junit,
      '--min-coverage',
      '50',
    )
    assert.equal(exitCode, 1)
    const objects = stdout.split('\n').map((line) => JSON.parse(line))
    assert.deepEqual(
      objects.slice(0, 3).map(({ name, line, passed }) => ({ name, line, passed })),
      [
        { name: 'May', line: 10, passed: true },
        { name: 'June', line: 11, passed: false },
        { name: 'July', line: 12, passed: false },
      ],
    )
    assert.match(objects[2].problem, /july\.log does not exist/)
    const { coverage, ...summary } = objects[3]
    assert.deepEqual(summary, { type: 'summary', files: 1, tests: 3, passed: 1, failed: 2 })
    assert.deepEqual([coverage.reached, coverage.of, coverage.percent], [1, 4, 25])
    assert.match(stderr, /coverage is 25 %, less than 50 %/)
    assert.match(
      readFileSync(junit, 'utf8'),
      /<testsuites name="watchdog test" tests="3" failures="1" errors="1">/,
    )
  })

  test('no tests, a wrong rule file and wrong usage are the user’s mistakes', async () => {
    const none = await watchdog(written('none.yaml', rules('')))
    assert.deepEqual([none.exitCode, /no tests/.test(none.stderr)], [2, true])
    const wrong = await watchdog(written('wrong.yaml', rules('tests: [{ name: a, expect: [] }]\n')))
    assert.deepEqual([wrong.exitCode, /"file", "events" or both/.test(wrong.stderr)], [2, true])
    assert.equal((await watchdog(example, '--min-coverage', '101')).exitCode, 2)
  })
})
