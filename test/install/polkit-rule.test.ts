import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { parseRules } from '../../src/config/parse-rules.ts'
import { resolveActions } from '../../src/engine/target.ts'
import { grantsOf } from '../../src/install/grant.ts'
import { polkitRule } from '../../src/install/polkit-rule.ts'

const rulesOf = (...settings: readonly string[]) => {
  const rules = settings.map(
    (text, index) => `  r${index}: { source: s, match: x, threshold: { count: 1, within: 1s }, ${text} }`,
  )
  const file = `version: 1\nsources: { s: { journal: {} } }\nrules:\n${rules.join('\n')}\n`
  const result = parseRules(Buffer.from(file), 'rules.yaml')
  assert.ok(result.ok, JSON.stringify(result))
  return result.ruleset.rules
}

const manageUnits = 'org.freedesktop.systemd1.manage-units'

/** What polkit would make of a question: `yes`, or nothing that this rule decides. */
function asked(text: string, details: Record<string, string>, user = 'unit-watchdog', id = manageUnits) {
  type Check = (action: object, subject: object) => unknown
  const checks: Check[] = []
  const Result = { YES: 'yes', NOT_HANDLED: null }
  runInNewContext(text, { polkit: { Result, addRule: (check: Check) => checks.push(check) } })
  assert.equal(checks.length, 1)
  return checks[0]?.({ id, lookup: (name: string) => details[name] }, { user }) === 'yes'
}
const allows = (text: string, verb: string, unit: string) => asked(text, { verb, unit })

describe('the polkit rule', () => {
  test('allows each verb of the rules by the word that systemd asks with, on its unit alone', () => {
    const verbs = ['restart', 'reload', 'reload_or_restart', 'start', 'stop', 'reset_failed']
    const rules = rulesOf(
      ...verbs.map((verb) => `then: [{ ${verb}: ${verb.replaceAll('_', '')}.service }]`),
      'then: [{ kill: { unit: kill.service, signal: HUP } }, { command: [/bin/true] }]',
    )
    const text = polkitRule(grantsOf(rules))
    const words = ['restart', 'reload', 'reload-or-restart', 'start', 'stop', 'reset-failed', 'kill']
    const others = ['try-restart', 'set-property', 'clean', 'freeze', 'ref', '__proto__']
    for (const verb of [...words, ...others]) {
      for (const of of words) {
        const unit = `${of.replaceAll('-', '')}.service`
        assert.equal(allows(text, verb, unit), verb === of, `${verb} ${unit}`)
      }
    }
  })

  test('is for one user, one action, and whole questions', () => {
    const text = polkitRule(grantsOf(rulesOf('then: [{ restart: site.service }]')))
    const right = { verb: 'restart', unit: 'site.service' }
    assert.equal(asked(text, right), true)
    assert.equal(asked(text, right, 'www-data'), false)
    assert.equal(asked(text, right, 'unit-watchdog', 'org.freedesktop.systemd1.manage-unit-files'), false)
    assert.equal(asked(text, { verb: 'restart' }), false)
    assert.equal(asked(text, { unit: 'site.service' }), false)
    assert.equal(asked(text, {}), false)
  })

  test('does not take a transient unit for a start of one that is there', () => {
    const text = polkitRule(grantsOf(rulesOf('then: [{ start: site.service }]')))
    const start = { verb: 'start', unit: 'site.service' }
    const transient = "Authentication is required to start transient unit '$(unit)'."
    assert.equal(
      asked(text, { ...start, 'polkit.message': "Authentication is required to start '$(unit)'." }),
      true,
    )
    assert.equal(asked(text, { ...start, 'polkit.message': transient }), false)
  })

  test('names units by the names that systemd asks with', () => {
    const grants = grantsOf(rulesOf('then: [{ restart: mysql.service }]'), (unit) =>
      unit === 'mysql.service' ? 'mariadb.service' : unit,
    )
    assert.equal(allows(polkitRule(grants), 'restart', 'mariadb.service'), true)
    assert.equal(allows(polkitRule(grants), 'restart', 'mysql.service'), false)
  })

  test('takes names of units and of the user for data', () => {
    const unit = 'a"];polkit.addRule(evil)//\n\u2028evil();'
    const named = [{ verb: 'restart', units: { kind: 'named', unit } }] as const
    assert.equal(allows(polkitRule(named), 'restart', unit), true)
    const user = '"+evil()+"'
    assert.equal(asked(polkitRule(named, user), { verb: 'restart', unit }, user), true)
  })

  test('allows of listed names those that the action may come to, and no critical one', () => {
    const rules = rulesOf(
      'group_by: _HOSTNAME, then: [{ restart: "{_HOSTNAME}.service" }], units: [a.service, dbus-x.service, systemd-y.service], allow_critical: systemd-y.service',
    )
    const text = polkitRule(grantsOf(rules))
    const units = ['a.service', 'dbus-x.service', 'systemd-y.service', 'b.service', '{_HOSTNAME}.service']
    assert.deepEqual(
      units.filter((unit) => allows(text, 'restart', unit)),
      ['a.service', 'systemd-y.service'],
    )
  })

  test('allows by patterns what the engine would act upon, and nothing else', () => {
    const part = fc.stringMatching(/^[ab.-]{0,3}$/)
    const units = fc.tuple(fc.constantFrom('site', 'systemd-', 'dbus'), part, part, part)
    fc.assert(
      fc.property(units, units, fc.boolean(), ([head, ...parts], [prefix, ...key], isCriticalAllowed) => {
        const pattern = `${head}${parts.join('*')}.service`
        const critical = isCriticalAllowed ? ', allow_critical: systemd-a.service' : ''
        const [rule] = rulesOf(
          `group_by: _SYSTEMD_SLICE, then: [{ restart: "{_SYSTEMD_SLICE}.service" }], units: ["${pattern}"]${critical}`,
        )
        assert.ok(rule)
        const text = polkitRule(grantsOf([rule]))
        for (const value of [
          `${prefix}${key.join('')}`,
          'systemd-a',
          'unit-watchdog',
          'a/b',
          `${head}${parts.join('')}`,
        ]) {
          const { allowed } = resolveActions(rule, [value])
          assert.equal(allows(text, 'restart', `${value}.service`), allowed, `${pattern} ${value}`)
        }
      }),
      { numRuns: 200 },
    )
  })
})
