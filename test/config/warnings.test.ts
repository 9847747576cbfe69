import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRules } from '../../src/config/parse-rules.ts'
import type { UnitFacts } from '../../src/config/warnings/unit-warnings.ts'
import { seconds } from '../../src/engine/time.ts'

/** `PART-OF-THE-FILE: message` of each warning. */
function warned(rules: string, facts: ReadonlyMap<string, UnitFacts> = new Map()): string[] {
  const text = `version: 1\nsources:\n  site: { journal: { unit: site.service } }\nrules:\n${rules}\n`
  const result = parseRules(text, 'rules.yaml')
  assert.ok(result.ok, JSON.stringify(result))
  const lines = text.split('\n')
  return result.warnings(facts).map(({ message, location: { line, column, length } }) => {
    const part = lines[line - 1]?.slice(column - 1, column - 1 + length)
    return `${part}: ${message}`
  })
}
const rule = (more: string, then = 'restart: site.service'): string =>
  `  one: { source: site, then: [{ ${then} }], ${more} }`
const plain = 'match: dies, threshold: { count: 3, within: 9s }'

test('a rule like any other is not warned of', () => {
  assert.deepEqual(warned(rule(plain)), [])
  assert.deepEqual(
    warned(
      rule("match: { regex: 'worker (?P<n>\\d+) .*' }, group_by: n, threshold: { count: 3, within: 9s }"),
    ),
    [],
  )
})

const cases: readonly [string, string, RegExp][] = [
  [
    'a match of everything',
    rule("match: { regex: '.*' }, threshold: { count: 3, within: 9s }"),
    /^match: .*every event/,
  ],
  [
    'a slow pattern',
    rule("match: { regex: '(a.{0,200}b){3}' }, threshold: { count: 3, within: 9s }"),
    /^match: .*is slow/,
  ],
  ['a reset that is the match', rule(`${plain}, reset: dies`), /^reset: .*nothing is ever counted/],
  ['no cooldown for a unit', rule(`${plain}, cooldown: 0s`), /^cooldown: .*count as new/],
  ['a max_age below the lateness', rule(`${plain}, max_age: 1s`), /^max_age: .*stale/],
  [
    'more values than there are',
    rule('match: { PRIORITY: [1, 2] }, threshold: { count: 3, within: 9s, distinct: PRIORITY }'),
    /^count: .*2 values of PRIORITY.*3 can never be reached/,
  ],
  [
    'different values of a key',
    rule('match: dies, group_by: _PID, threshold: { count: 3, within: 9s, distinct: _PID }'),
    /^distinct: every key has one value/,
  ],
  [
    'a step that breaks its sequence',
    rule('sequence: { steps: [a, b], within: 9s, unless: b }'),
    /^b: this step is also/,
  ],
  [
    'silence that is expected to be reported',
    rule('match: dies, absence: { for: 1h }, expect_every: 1h'),
    /^expect_every: the rule itself/,
  ],
  [
    'a clear that is louder than the trigger',
    rule(`${plain}, clear: { count: 3, within: 5s }`),
    /^clear: .*holds nothing back/,
  ],
  [
    'rules that undo each other',
    `${rule(plain)}\n  two: { source: site, ${plain}, then: [{ stop: site.service }] }`,
    /^\{ stop: site\.service \}: rule one starts site\.service again/,
  ],
]
for (const [name, rules, expected] of cases) {
  test(`${name} is warned of`, () => {
    const [first = '', ...others] = warned(rules)
    assert.match(first, expected)
    assert.deepEqual(others, [])
  })
}

test('a source that no rule uses is warned of', () => {
  const text = 'version: 1\nsources:\n  site: { journal: {} }\n  spare: { file: /a }\nrules:\n'
  const result = parseRules(`${text}${rule(plain)}\n`, 'rules.yaml')
  assert.ok(result.ok)
  assert.deepEqual(
    result.warnings(new Map()).map(({ message, location }) => `${location.line} ${message}`),
    ['4 no rule uses this source'],
  )
})

test('what systemd says of the unit is taken into account', () => {
  const facts = new Map([
    ['site.service', { startTimeout: seconds(90), startLimit: { burst: 2, interval: seconds(600) } }],
  ])
  assert.deepEqual(warned(rule(`${plain}, cooldown: 30s, budget: { actions: 3, per: 5min }`), facts), [
    'cooldown: the cooldown of 30s is shorter than the 90s that site.service may take to start',
    'actions: systemd itself refuses more than 2 starts of site.service in 600s',
  ])
  assert.deepEqual(warned(rule(`${plain}, cooldown: 90s, budget: { actions: 2, per: 5min }`), facts), [])
  assert.deepEqual(warned(rule(plain, 'stop: site.service'), facts), [])
})
