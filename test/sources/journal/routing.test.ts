import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JournalSpec } from '../../../src/config/ruleset.ts'
import { instant } from '../../../src/engine/time.ts'
import { messageIds } from '../../../src/report/journal-messages.ts'
import { router } from '../../../src/sources/journal/routing.ts'

const everything = (name: string, fields: JournalSpec['fields'] = new Map()): JournalSpec => ({
  kind: 'journal',
  name,
  units: [],
  identifiers: [],
  fields,
})

const entry = (fields: Readonly<Record<string, string>>) => ({
  cursor: 'c',
  realtime: instant(1),
  monotonic: undefined,
  boot: undefined,
  fields: new Map(Object.entries(fields)),
  cut: false,
})

test('what the watchdog itself says of an incident counts only where it is asked for by its MESSAGE_ID', () => {
  const own = messageIds.decision
  const route = router(
    [everything('all'), everything('incidents', new Map([['MESSAGE_ID', [own]]]))],
    'system',
  )
  const told = (fields: Readonly<Record<string, string>>) =>
    route([entry(fields)]).events.map(({ source }) => source)
  assert.deepEqual(told({ MESSAGE: 'worker died' }), ['all'])
  assert.deepEqual(told({ MESSAGE: 'worker died', MESSAGE_ID: 'f'.repeat(32) }), ['all'])
  assert.deepEqual(told({ MESSAGE: 'r: restart x (last: worker died)', MESSAGE_ID: own }), ['incidents'])
})
