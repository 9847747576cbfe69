/** Deploys under load: no request fails while workers, managers and configurations are replaced. */

import assert from 'node:assert/strict'
import { chmodSync, copyFileSync } from 'node:fs'
import { after, before, describe, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { until } from '../lab/until.ts'
import { type Load, startLoad } from './support/load.ts'
import { isAlive, type PoolProcess, startPool } from './support/pool-process.ts'
import { startApache, startNginx, unavailable, type WebServer } from './support/web-server.ts'
import { freePort, type Workspace, workspace } from './support/workspace.ts'

const app = fileURLToPath(new URL('fixtures/app.js', import.meta.url))
/** Half of them with nginx and half with Apache; of these, half use connections that are kept. */
const clients = 50
const skip = unavailable('nginx') ?? unavailable('apache2') ?? false

for (const transport of ['TCP', 'a Unix socket'] as const) {
  describe(`under load on ${transport}`, { timeout: 120_000, skip }, () => {
    let space: Workspace
    let address: string
    let servers: readonly WebServer[]

    before(async () => {
      space = workspace()
      address = transport === 'TCP' ? `127.0.0.1:${await freePort()}` : space.path('pool.sock')
      servers = [await startNginx(space, address), await startApache(space, address)]
    })
    after(() => space.end())

    /** Ends with the test, as the next one listens on the same address. */
    const startConfigured = async (context: TestContext, extra: string): Promise<PoolProcess> => {
      const listen = transport === 'TCP' ? address : `{ path: ${address}, mode: "0666" }`
      space.write('pool.yaml', `app: ${app}\nlisten: ${listen}\nworkers: 2\n${extra}`)
      const pool = await startPool(space, { args: ['--config', 'pool.yaml'] })
      context.after(() => pool.stop())
      return pool
    }

    const startClients = (context: TestContext): Load => {
      const paths = servers.flatMap(({ url }) => [`${url}/plain`, `${url}/keep`])
      const load = startLoad(paths, clients)
      context.after(() => load.stop())
      return load
    }

    const flowing = async (load: Load, more = 100): Promise<void> => {
      const sofar = load.answered
      await until('answers', () => load.answered > sofar + more)
    }

    const assertNoFailures = async (load: Load): Promise<void> => {
      const { answered, failures } = await load.stop()
      assert.deepEqual([...new Set(failures)], [], `${failures.length} of ${answered} failed`)
      for (const server of servers) assert.equal(server.errors(), '')
      assert.ok(answered > 500, `only ${answered} answers`)
    }

    test('20 reloads in a row', async (context) => {
      const pool = await startConfigured(context, '')
      const load = startClients(context)
      for (let turn = 1; turn <= 20; turn += 1) {
        await flowing(load, 20)
        const left = pool.count(/has left \(reload\)/)
        pool.signal('SIGHUP')
        await pool.waitFor(/has left \(reload\)/, left + 1)
      }
      await flowing(load)
      await assertNoFailures(load)
      assert.equal(pool.count(/increase workers|aborted|killed/), 0, pool.log())
      assert.equal(await pool.stop(), 0)
    })

    test('10 upgrades, one of them to a version that does not start', async (context) => {
      const version = space.path('version.js')
      copyFileSync(app, version)
      const pool = await startPool(space, {
        args: ['--listen', address, '--workers', '2', version],
      })
      context.after(() => pool.stop())
      if (transport !== 'TCP') chmodSync(address, 0o666)
      const load = startClients(context)
      let manager = pool.pid
      for (let turn = 1; turn <= 10; turn += 1) {
        await flowing(load, 50)
        if (turn === 5) space.write('version.js', 'export const broken = true\n')
        process.kill(manager, 'SIGUSR2')
        await pool.waitFor(/upgrade: manager \d+ is started/, turn)
        if (turn === 5) {
          await pool.waitFor(/the upgrade has failed, this manager goes on/)
          assert.ok(isAlive(manager))
          copyFileSync(app, version)
          continue
        }
        await pool.waitFor(/takes over/, turn < 5 ? turn : turn - 1)
        const old = manager
        manager = Number([...pool.log().matchAll(/manager (\d+) takes over/g)].at(-1)?.[1])
        await until('the old manager to leave', () => !isAlive(old))
      }
      await flowing(load)
      await assertNoFailures(load)
      assert.equal(pool.count(/aborted|killed/), 0, pool.log())
      await pool.stop()
    })

    for (const limit of ['max_requests: 50', 'max_memory: 40M']) {
      test(limit, async (context) => {
        const pool = await startConfigured(context, `${limit}\n`)
        const load = startClients(context)
        await pool.waitFor(new RegExp(`has left \\(${limit.split(':')[0]}\\)`), 6)
        await flowing(load)
        await assertNoFailures(load)
        assert.equal(pool.count(/increase workers/), 0, pool.log())
        assert.ok(isAlive(pool.pid))
        assert.equal(await pool.stop(), 0)
      })
    }

    test('20 changes of the configuration', async (context) => {
      const pool = await startConfigured(context, 'watch: true\n')
      const load = startClients(context)
      const config = `app: ${app}\nlisten: ${transport === 'TCP' ? address : `{ path: ${address}, mode: "0666" }`}\nwatch: true\n`
      for (let turn = 1; turn <= 20; turn += 1) {
        const wrong = turn % 7 === 0
        space.write('pool.yaml', `${config}workers: ${wrong ? 'many' : 1 + (turn % 3)}\n`)
        // The first changes are left to be noticed, the others are told, as that is quicker.
        if (turn > 2) pool.signal('SIGHUP')
        if (wrong) await pool.waitFor(/no reload .*workers: expected/, Math.floor(turn / 7))
        else
          await pool.waitFor(
            /\breload \((SIGHUP|the configuration file has changed)\)/,
            turn - Math.floor(turn / 7),
          )
      }
      await flowing(load)
      await assertNoFailures(load)
      assert.equal(pool.count(/increase workers|already in use/), 0, pool.log())
      assert.equal(await pool.stop(), 0)
    })
  })
}
