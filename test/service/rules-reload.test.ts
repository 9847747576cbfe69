import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRules } from '../../src/config/parse-rules.ts'
import type { Ruleset } from '../../src/config/ruleset.ts'
import { instant } from '../../src/engine/time.ts'
import { RulesReload } from '../../src/service/rules-reload.ts'

const rulesetOf = (more: string): Ruleset => {
  const text = `version: 1
sources: { site: { journal: { unit: site.service } } }
rules:
  churn:
    source: site
    match: dies
    threshold: { count: 1, within: 1s }
    then: [{ restart: site.service }]
    ${more}
`
  const parsed = parseRules(text, 'rules.yaml')
  assert.ok(parsed.ok)
  return parsed.ruleset
}

test('a rule of which only the evidence was changed is taken over, and is still the same rule', () => {
  const fresh = rulesetOf('evidence: [[/usr/bin/ss, -tn]]')
  const changes: Ruleset[] = []
  const reload = new RulesReload({
    rules: rulesetOf(''),
    load: () => ({ ok: true, ruleset: fresh }),
    change: (ruleset) => changes.push(ruleset),
    now: () => instant(1),
    told: () => undefined,
  })
  assert.equal(reload.reload('test').message, 'changed: churn')
  assert.deepEqual(changes, [fresh])
  assert.equal(fresh.rules[0]?.hash, rulesetOf('').rules[0]?.hash)
  assert.equal(reload.reload('test').result, 'unchanged')
})
