/** The rules that are shipped: each file is right, and its tests pass, reach everything and show what is left alone. */

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { parseRules } from '../../src/config/parse-rules.ts'
import type { Rule } from '../../src/engine/rule.ts'
import { compileMatch } from '../../src/match/compile-match.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))
const folder = join(project, 'rules')
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'))
/** The example and the rules of the pool are not for a program of others. */
const library = files.filter((name) => name !== 'example.yaml' && name !== 'fcgi-pool.yaml')

const read = (file: string) => {
  const result = parseRules(readFileSync(join(folder, file)), file)
  assert.ok(result.ok, JSON.stringify(result))
  return result
}
const watchdog = (...args: readonly string[]) =>
  execa(process.execPath, ['--import', 'tsx', 'src/cli/watchdog.ts', ...args], {
    cwd: project,
    reject: false,
    timeout: 120_000,
  })

/** What a rule that acts on a unit needs, so that it does no harm where it is wrong. */
const isCareful = ({ actions, cooldown, budget, verify }: Rule): boolean =>
  actions.every(({ kind }) => kind === 'command') ||
  (cooldown >= 90_000_000 && budget !== undefined && budget.escalation.length > 0 && verify !== undefined)

describe('the library of rules', () => {
  test('watchdog check finds nothing', async () => {
    const { exitCode, stderr } = await watchdog('check', ...files.map((file) => join('rules', file)))
    assert.equal(exitCode, 0, stderr)
  })

  test('the tests of all rules pass, and reach every branch', async () => {
    const paths = files.map((file) => join('rules', file))
    const { exitCode, stdout, stderr } = await watchdog('test', '--min-coverage', '100', ...paths)
    assert.equal(exitCode, 0, `${stdout}\n${stderr}`)
  })

  for (const file of library) {
    test(`${file} says why, acts with care, and shows for each rule what is left alone`, () => {
      const [head = ''] = readFileSync(join(folder, file), 'utf8').split('version: 1')
      assert.match(head, /^# \S.* .*\n#\n/, 'its first line says what it is about')
      assert.match(head, /The wording is |Nothing here depends on a wording/, 'where is its wording from?')
      const { ruleset, warnings } = read(file)
      assert.deepEqual(warnings(new Map()), [])
      for (const rule of ruleset.rules) {
        const { name, description = '', match, sources } = rule
        assert.ok(description.length > 20, `${name} has no reason`)
        assert.ok(isCareful(rule), `${name} acts without care`)
        const matches = compileMatch(match)
        const own = ruleset.tests.filter(({ rule }) => rule === name).flatMap(({ steps }) => steps)
        const isRefused = own.some(
          (step) =>
            step.kind === 'event' &&
            sources.includes(step.source) &&
            step.texts.some((text) => matches({ text, fields: step.fields }) === undefined),
        )
        const countsEverything = matches({ text: '', fields: new Map() }) !== undefined
        assert.ok(isRefused || countsEverything || hasQuietTest(file, name), `${name}: what is left alone?`)
      }
    })
  }
})

/** A test in which nothing is decided. */
const hasQuietTest = (file: string, name: string): boolean =>
  read(file).ruleset.tests.some(({ rule, expect }) => rule === name && expect.length === 0)
