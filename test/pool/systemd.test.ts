/** The pool under a real systemd with the units that are shipped, and the watchdog with the rules that are. */

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { bootLab, labUnavailable } from '../lab/lab.ts'
import { until } from '../lab/until.ts'
import { startWatchdog } from '../system/watchdog.ts'
import { type LabPool, startLabPool } from './support/lab-pool.ts'
import type { Load } from './support/load.ts'
import { unavailable } from './support/web-server.ts'

const skip = labUnavailable() ?? unavailable('nginx') ?? false
const rules = readFileSync(fileURLToPath(new URL('../../rules/fcgi-pool.yaml', import.meta.url)), 'utf8')

describe('a pool under systemd', { skip, timeout: 120_000 }, () => {
  const underLoad = (context: TestContext, pool: LabPool, clients: number): Load => {
    const load = pool.load(clients)
    context.after(() => load.stop())
    return load
  }
  const flowing = async (load: Load): Promise<void> => {
    const sofar = load.answered
    await until('answers', () => load.answered > sofar + 50)
  }

  test('reload, restart and upgrade lose no request, and systemd follows', async (context) => {
    const lab = await bootLab()
    context.after(() => lab.close())
    const pool = await startLabPool(lab, 'workers: 2\n', 'WatchdogSec=2s\n[Unit]\nStartLimitIntervalSec=0\n')
    const load = underLoad(context, pool, 10)

    const reload = async (times: number): Promise<void> => {
      await flowing(load)
      await pool.systemctl('reload', pool.unit)
      await until('reload', async () => (await pool.count(/worker \d+ has left \(reload\)/)) === 2 * times)
    }
    await reload(1)
    const first = await pool.show('MainPID')
    await pool.systemctl('kill', '--kill-who=main', '-s', 'USR2', pool.unit)
    await until('the new manager', async () => (await pool.show('MainPID')) !== first)
    await until('the old one to leave', async () => (await pool.count(/manager: stopped/)) === 1)
    assert.equal(await pool.show('ActiveState'), 'active')
    await reload(2)

    for (let turn = 0; turn < 5; turn += 1) {
      await pool.systemctl('restart', pool.unit)
      await flowing(load)
    }
    const { failures } = await load.stop()
    assert.equal(await pool.errors(), '')
    assert.deepEqual(failures, [])

    // Longer than WatchdogSec: the manager has given signs of life, or it would have been ended.
    const seen = await pool.show('WatchdogTimestampMonotonic')
    await until('a sign of life', async () => (await pool.show('WatchdogTimestampMonotonic')) !== seen)
    assert.equal(await pool.show('NRestarts'), '0')
    assert.match(await pool.status(), new RegExp(`^manager: +${await pool.show('MainPID')}, running`))
    await pool.systemctl('stop', pool.unit)
    assert.equal(await pool.show('Result'), 'success')
  })

  test('a killed manager: no connection is refused', async (context) => {
    const lab = await bootLab()
    context.after(() => lab.close())
    const pool = await startLabPool(lab, 'workers: 2\n')
    const load = underLoad(context, pool, 10)
    await flowing(load)
    await pool.systemctl('kill', '--kill-who=main', '-s', 'KILL', pool.unit)
    await until('the next manager', async () => (await pool.show('NRestarts')) === '1')
    await flowing(load)
    await load.stop()
    const errors = await pool.errors()
    assert.doesNotMatch(errors, /connect\(\)/)
    assert.equal(await pool.show('ActiveState'), 'active')
  })

  const broken = {
    'every new worker dies at start after a deploy': 'export const ask = () => undefined\n',
    'workers die only on their first request':
      'export const query = () => undefined\nexport const ask = () => process.exit(1)\n',
  }
  for (const [story, lib] of Object.entries(broken)) {
    test(`${story}: the watchdog restarts the unit at the tenth, and then holds back`, async (context) => {
      const lab = await bootLab()
      context.after(() => lab.close())
      const pool = await startLabPool(lab, 'workers: 2\nrestart_delay: 500ms\nreload: parallel\n')
      const watchdog = await startWatchdog(
        lab,
        rules.replace('cooldown: 30s', 'cooldown: 30s\n    grace: 1us'),
      )
      underLoad(context, pool, 4)
      await pool.deploy(lib)
      const from = performance.now()
      await pool.systemctl('reload', pool.unit)
      const decision = await watchdog.record({ type: 'decision', rule: 'worker-churn', decision: 'act' })
      assert.ok(performance.now() - from < 90_000)
      assert.equal(decision['count'], 10)
      await until('the restart', async () => (await pool.count(/^Stopping /)) === 1)

      // It is as broken as before, and is left alone for now.
      const deaths = await pool.count(/increase workers to minimal/)
      await until('more deaths', async () => (await pool.count(/increase workers to minimal/)) > deaths + 10)
      await sleep(200)
      assert.deepEqual(watchdog.decisions('worker-churn'), ['act'])
      assert.equal(await pool.count(/exited unexpectedly/), await pool.count(/increase workers to minimal/))
    })
  }
})
