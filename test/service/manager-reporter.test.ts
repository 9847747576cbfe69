import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '../../src/engine/time.ts'
import { ManagerReporter } from '../../src/service/manager-reporter.ts'
import { incident } from '../actions/incidents.ts'
import { until } from '../lab/until.ts'

const at = instant(1_779_000_000_000_000)

function reporter() {
  const told: (readonly string[])[] = []
  const tell = async (...assignments: readonly string[]) => {
    told.push(assignments)
  }
  return { told, reporter: new ManagerReporter({ tell, keepAliveMs: undefined }) }
}

test('the status is that of now, and a thousand things that happen are told at once', async () => {
  const { told, reporter: manager } = reporter()
  manager.watching('2 rules on site')
  assert.deepEqual(told, [['READY=1', 'STATUS=watching 2 rules on site']])
  const decision = incident()
  for (let index = 0; index < 1_000; index++)
    manager.outcome(decision, {
      kind: 'outcome',
      at,
      decision: decision.id,
      attempts: [{ action: { kind: 'unit', verb: 'restart', unit: `u${index}.service` }, result: 'done' }],
    })
  manager.notice({ kind: 'unavailable', sources: ['site'], at, message: 'no\npermission' })
  await until('the status', () => told.length > 1)
  const [status = ''] = told[1] ?? []
  assert.match(
    status,
    /^STATUS=site: no\\x0apermission; watching 2 rules on site; .* restart u999\.service: done$/,
  )
  assert.equal(told.length, 2)
  manager.notice({ kind: 'available', sources: ['site'], at, message: 'again' })
  await until('the status', () => told.length > 2)
  assert.match(told[2]?.[0] ?? '', /^STATUS=watching/)
})

test('a reload is told from its beginning to its end, and the end of all', async () => {
  const { told, reporter: manager } = reporter()
  manager.reloading()
  manager.reloaded({ at, by: 'SIGHUP', result: 'unchanged', message: 'as they were' })
  assert.deepEqual(told, [])
  manager.watching('1 rule on site')
  manager.reloading()
  assert.equal(told[1]?.[0], 'RELOADING=1')
  assert.match(told[1]?.[1] ?? '', /^MONOTONIC_USEC=\d+$/)
  manager.reloaded({ at, by: 'SIGHUP', result: 'refused', message: 'line 3' })
  const refused = 'the rule file is wrong, the rules before it go on: line 3'
  assert.deepEqual(told[2], ['READY=1', `STATUS=${refused}; watching 1 rule on site`])

  manager.reloading()
  manager.watching('2 rules on site')
  manager.reloaded({ at, by: 'SIGHUP', result: 'changed', message: 'new: b' })
  assert.deepEqual(told.slice(4), [['READY=1', 'STATUS=watching 2 rules on site']])

  await manager.stopping()
  assert.equal(told[5]?.[0], 'STOPPING=1')
  manager.reloading()
  assert.equal(told.length, 6)
})
