import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JournalSpec } from '../../../src/config/ruleset.ts'
import { matchArguments, selector } from '../../../src/sources/journal/selection.ts'

const spec = (more: Partial<JournalSpec>): JournalSpec => ({
  kind: 'journal',
  name: 'site',
  units: [],
  identifiers: [],
  fields: new Map(),
  ...more,
})
const site = spec({ units: ['site.service'] })
const selects = (one: JournalSpec, fields: Record<string, string | string[]>): boolean =>
  selector(one, 'system')(new Map(Object.entries(fields)))

test('a unit is known by the fields that no client can forge', () => {
  assert.ok(selects(site, { _SYSTEMD_UNIT: 'site.service' }))
  assert.ok(selects(site, { UNIT: 'site.service', _PID: '1' }))
  assert.ok(selects(site, { OBJECT_SYSTEMD_UNIT: 'site.service', _UID: '0' }))
  assert.ok(!selects(site, { UNIT: 'site.service', _PID: '17', _UID: '0' }))
  assert.ok(!selects(site, { OBJECT_SYSTEMD_UNIT: 'site.service', _UID: '1000' }))
  assert.ok(
    !selects(site, {
      COREDUMP_UNIT: 'site.service',
      MESSAGE_ID: 'fc2e22bc6ee647b6b90729ab34a250b1',
      _UID: '1000',
    }),
  )
  assert.ok(!selects(site, { SYSLOG_IDENTIFIER: 'site.service', _SYSTEMD_UNIT: 'other.service' }))
})

test('a repeated field is selected by any of its values', () => {
  assert.ok(selects(spec({ fields: new Map([['A', ['2']]]) }), { A: ['1', '2'] }))
})

test('all parts of a source must fit, in the test as in the arguments', () => {
  const both = spec({ identifiers: ['php'], fields: new Map([['PRIORITY', ['2', '3']]]) })
  assert.ok(selects(both, { SYSLOG_IDENTIFIER: 'php', PRIORITY: '3' }))
  assert.ok(!selects(both, { SYSLOG_IDENTIFIER: 'php', PRIORITY: '4' }))
  assert.deepEqual(matchArguments([both], 'system'), ['PRIORITY=2', 'PRIORITY=3', 'SYSLOG_IDENTIFIER=php'])
})

test('several sources are alternatives, and one that wants everything is all that is asked for', () => {
  const php = spec({ name: 'php', identifiers: ['php'] })
  const nginx = spec({ name: 'nginx', identifiers: ['nginx'] })
  assert.deepEqual(matchArguments([php, nginx], 'system'), [
    'SYSLOG_IDENTIFIER=php',
    '+',
    'SYSLOG_IDENTIFIER=nginx',
  ])
  assert.deepEqual(matchArguments([php, spec({})], 'system'), [])
})

test("a user's units are those of that user alone", () => {
  const select = selector(site, { uid: 1000 })
  assert.ok(
    select(
      new Map([
        ['_SYSTEMD_USER_UNIT', 'site.service'],
        ['_UID', '1000'],
      ]),
    ),
  )
  assert.ok(
    !select(
      new Map([
        ['_SYSTEMD_USER_UNIT', 'site.service'],
        ['_UID', '1001'],
      ]),
    ),
  )
  assert.ok(
    !select(
      new Map([
        ['_SYSTEMD_UNIT', 'site.service'],
        ['_UID', '1000'],
      ]),
    ),
  )
})
