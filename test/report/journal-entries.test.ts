import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import type { Decision } from '../../src/engine/decision.ts'
import { instant } from '../../src/engine/time.ts'
import {
  closingEntry,
  cooldownEntry,
  deafnessEntry,
  decisionEntry,
  gapEntry,
  type JournalEntry,
  orderEntry,
  outcomeEntry,
  reloadEntry,
} from '../../src/report/journal-entries.ts'
import { messageIds } from '../../src/report/journal-messages.ts'
import { incident } from '../actions/incidents.ts'

const at = instant(1_779_000_000_000_000)
const act: Decision = { ...incident({ pool: 'www' }), kind: 'act', actions: [restart()] }

function restart() {
  return { kind: 'unit', verb: 'restart', unit: 'site.service' } as const
}

const values = (entry: JournalEntry, name: string): readonly string[] =>
  entry.filter(([one]) => one === name).map(([, value]) => value)
const first = (entry: JournalEntry, name: string): string | undefined => values(entry, name)[0]

describe('the entry of', () => {
  test('a decision has its facts as fields, and all of it as JSON', () => {
    const entry = decisionEntry({ ...act, targets: ['site.service', 'proxy.service'] })
    assert.match(first(entry, 'MESSAGE') ?? '', /^worker-churn \[pool=www\]: restart site\.service \(10 ev/)
    assert.equal(first(entry, 'MESSAGE_ID'), messageIds.decision)
    assert.equal(first(entry, 'PRIORITY'), '4')
    assert.equal(first(entry, 'WATCHDOG_RULE'), 'worker-churn')
    assert.deepEqual(values(entry, 'WATCHDOG_TARGET'), ['site.service', 'proxy.service'])
    assert.equal(first(entry, 'WATCHDOG_DECISION'), 'act')
    assert.equal(first(entry, 'WATCHDOG_INCIDENT'), act.id)
    assert.equal(first(entry, 'WATCHDOG_KEY'), 'pool=www')
    assert.equal(first(entry, 'WATCHDOG_ACTION'), 'restart site.service')
    const json = JSON.parse(first(entry, 'WATCHDOG_JSON') ?? '')
    assert.equal(json.type, 'decision')
    assert.equal(json.time, first(entry, 'WATCHDOG_TIME'))
    assert.equal(json.lastEvent.text, 'increase workers to minimal')
  })

  test('giving up is of a kind of its own, and more severe than another reason to hold back', () => {
    const hold = { ...incident(), kind: 'hold', escalation: [], actions: [restart()] } as const
    const gaveUp = decisionEntry({ ...hold, because: 'budget' })
    assert.equal(first(gaveUp, 'MESSAGE_ID'), messageIds['gave-up'])
    assert.equal(first(gaveUp, 'PRIORITY'), '3')
    const paused = decisionEntry({ ...hold, because: 'paused' })
    assert.equal(first(paused, 'MESSAGE_ID'), messageIds.decision)
    assert.equal(first(paused, 'WATCHDOG_DECISION'), 'paused')
  })

  test('an outcome names the action, its result and why', () => {
    const attempt = { action: restart(), result: 'refused', message: 'polkit says no' } as const
    const entry = outcomeEntry(act, attempt, at)
    assert.equal(first(entry, 'MESSAGE'), 'worker-churn: restart site.service: refused: polkit says no')
    assert.equal(first(entry, 'PRIORITY'), '3')
    assert.equal(first(entry, 'WATCHDOG_RESULT'), 'refused')
    assert.equal(JSON.parse(first(entry, 'WATCHDOG_JSON') ?? '').message, 'polkit says no')
    assert.equal(first(outcomeEntry(act, { action: restart(), result: 'done' }, at), 'PRIORITY'), '6')
  })

  test('everything else has its own ID, and the incident that it belongs to', () => {
    const closing = { kind: 'closed', decision: act, at, escalation: [] } as const
    const end = { kind: 'cooldown-end', decision: act.id, rule: 'r', targets: [], at, ignored: 3 } as const
    const ofIncident = {
      cooldown: cooldownEntry(end),
      recovered: closingEntry({ ...closing, recovered: true }),
      'not-recovered': closingEntry({ ...closing, recovered: false, because: 'unit' }),
    } as const
    for (const [kind, entry] of Object.entries(ofIncident)) {
      assert.equal(first(entry, 'MESSAGE_ID'), new Map(Object.entries(messageIds)).get(kind))
      assert.equal(first(entry, 'WATCHDOG_INCIDENT'), act.id)
    }
    const deaf = deafnessEntry({ kind: 'deaf', rule: 'r', at })
    assert.equal(first(deaf, 'MESSAGE_ID'), messageIds.deaf)
    const gap = gapEntry({ kind: 'gap', sources: ['a', 'b'], message: 'dropped', at })
    assert.deepEqual(values(gap, 'WATCHDOG_SOURCE'), ['a', 'b'])
    const reload = reloadEntry({
      at,
      by: 'SIGHUP',
      result: 'refused',
      message: 'r.yaml:1:1: a\nr.yaml:2:1: b',
    })
    assert.match(first(reload, 'MESSAGE') ?? '', /wrong \(SIGHUP\).*\nr.yaml:1:1: a\n/)
    assert.equal(first(reload, 'PRIORITY'), '3')
    const given = {
      at,
      order: 'pause',
      subject: 'site.service',
      by: 'ann',
      done: true,
      message: 'paused',
    } as const
    assert.deepEqual(
      ['WATCHDOG_ACTION', 'WATCHDOG_SUBJECT', 'WATCHDOG_BY'].map((name) => first(orderEntry(given), name)),
      ['pause', 'site.service', 'ann'],
    )
  })

  test('a line that wants to be more than data stays in its value, and short', () => {
    const hostile = `x\nMESSAGE_ID=${messageIds.recovered}\n\u001b[2J${'y'.repeat(100_000)}`
    const entry = decisionEntry({ ...act, key: new Map([['k', hostile]]), last: { at, text: hostile } })
    assert.deepEqual(values(entry, 'MESSAGE_ID'), [messageIds.decision])
    assert.match(first(entry, 'MESSAGE') ?? '', /^\P{Cc}+$/u)
    const length = entry.reduce((sum, [name, value]) => sum + name.length + value.length, 0)
    assert.ok(length < 20_000, `${length}`)
  })
})

test('the catalog explains every kind of entry, with fields that it has', () => {
  const catalog = readFileSync(new URL('../../systemd/unit-watchdog.catalog', import.meta.url), 'utf8')
  const explained = [...catalog.matchAll(/^-- ([0-9a-f]{32})$/gm)].map(([, id]) => id)
  assert.deepEqual(explained.toSorted(), Object.values(messageIds).toSorted())
})
