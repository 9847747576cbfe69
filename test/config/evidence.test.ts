import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseRules } from '../../src/config/parse-rules.ts'

const rules = (evidence: string): string => `version: 1
sources: { site: { journal: { unit: site.service } } }
rules:
  churn:
    source: site
    match: { regex: 'pool (?P<pool>\\w+)' }
    group_by: pool
    threshold: { count: 1, within: 1s }
    then: [{ restart: site.service }]
    ${evidence}
`

const wishOf = (text: string) => {
  const result = parseRules(text, 'rules.yaml')
  assert.ok(result.ok, result.ok ? '' : JSON.stringify(result.problems))
  const [rule] = result.ruleset.rules
  assert.ok(rule !== undefined)
  return rule
}

const mistakes = (text: string): readonly string[] => {
  const result = parseRules(text, 'rules.yaml')
  return result.ok
    ? []
    : result.problems.map(({ code, location: { line, column } }) => `${line}:${column} ${code}`)
}

describe('evidence in a rule file', () => {
  test('is a list of commands, or more; two seconds if nothing is said', () => {
    assert.deepEqual(wishOf(rules('')).evidence, { commands: [], within: 2_000_000 })
    assert.deepEqual(wishOf(rules('evidence: [[/usr/bin/ss, -tn], [/bin/ps, "{pool}"]]')).evidence, {
      commands: [
        ['/usr/bin/ss', '-tn'],
        ['/bin/ps', '{pool}'],
      ],
      within: 2_000_000,
    })
    assert.deepEqual(wishOf(rules('evidence: { within: 0s }')).evidence, { commands: [], within: 0 })
  })

  test('whose mistakes are told with their places', () => {
    assert.deepEqual(mistakes(rules('evidence: [[ss]]')), ['10:17 bad-path'])
    assert.deepEqual(mistakes(rules('evidence: [[/bin/ps, "{pol}"]]')), ['10:27 unknown-placeholder'])
    assert.deepEqual(mistakes(rules('evidence: { commands: [[/bin/ps, "{pol}"]] }')), [
      '10:39 unknown-placeholder',
    ])
    assert.deepEqual(mistakes(rules('evidence: { within: 1h }')), ['10:25 bad-duration'])
  })

  test('makes no other rule of it: its window and cooldown live on', () => {
    assert.equal(wishOf(rules('')).hash, wishOf(rules('evidence: [[/usr/bin/ss, -tn]]')).hash)
  })
})
