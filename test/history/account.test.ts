import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { accountOf } from '../../src/history/account.ts'
import { accountText } from '../../src/history/account-text.ts'
import { type HistoryEntry, historyEntry } from '../../src/history/history-entry.ts'
import { historyLine } from '../../src/history/history-text.ts'
import { coloursFor } from '../../src/report/colours.ts'
import { decisionEntry, outcomeEntry } from '../../src/report/journal-entries.ts'
import { messageIds } from '../../src/report/journal-messages.ts'
import { incident } from '../actions/incidents.ts'

const decision = { ...incident({ pool: 'www' }), kind: 'act', actions: [] } as const
const action = { kind: 'unit', verb: 'restart', unit: 'site.service' } as const
const plain = coloursFor(false)

const read = (entry: readonly (readonly [string, string])[]): HistoryEntry => {
  const found = historyEntry(new Map(entry))
  assert.ok(found !== undefined)
  return found
}

describe('what stands in the journal', () => {
  test('comes back as it was told', () => {
    const entries = [
      decisionEntry(decision),
      outcomeEntry(decision, { action, result: 'done' }, decision.at),
    ].map(read)
    const account = accountOf(decision.id, entries)
    assert.equal(account.decision?.count, 10)
    assert.deepEqual(account.decision?.key, { pool: 'www' })
    assert.deepEqual(
      account.followed.map(({ record }) => record['result']),
      ['done'],
    )
    const text = accountText(account, plain)
    assert.match(text, /key +pool=www\n/)
    assert.match(text, /worker-churn: restart site\.service: done$/)
  })

  test('is told without its decision, where the journal no longer has it', () => {
    const outcome = read(outcomeEntry(decision, { action, result: 'done' }, decision.at))
    assert.match(accountText(accountOf(decision.id, [outcome]), plain), /no longer in the journal/)
  })

  test('and is damaged, or of another kind, is passed over', () => {
    const json = '{"type":"decision","time":"2026-11-21T00:00:00Z"}'
    for (const fields of [
      {},
      { MESSAGE_ID: messageIds.decision },
      { MESSAGE_ID: messageIds.decision, WATCHDOG_JSON: '{"type":"deci' },
      { MESSAGE_ID: messageIds.decision, WATCHDOG_JSON: '[]' },
      { MESSAGE_ID: 'f'.repeat(32), WATCHDOG_JSON: json },
    ])
      assert.equal(historyEntry(new Map(Object.entries(fields))), undefined)
  })

  test('moves no cursor when it is shown', () => {
    const json = '{"type":"decision","time":"\\u001b[2J"}'
    const fields = { MESSAGE: 'x\u001b[2J\ny', MESSAGE_ID: messageIds.decision, WATCHDOG_JSON: json }
    const line = historyLine(read(Object.entries(fields)), plain)
    assert.match(line, /^\P{Cc}+$/u)
  })
})
