/** Requests that come while workers start, with `dispatch: idle`: each is answered, whatever becomes of those who were to. */

import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { until } from '../lab/until.ts'
import { fcgiClient } from './support/fcgi-client.ts'
import { isAlive, type PoolProcess, startPool } from './support/pool-process.ts'
import { type Workspace, workspace } from './support/workspace.ts'

const app = fileURLToPath(new URL('fixtures/staged.js', import.meta.url))
const ondemand = 'workers: { mode: ondemand, max: 3, idle_timeout: 500ms }\n'

describe('requests that come while workers start', { timeout: 120_000 }, () => {
  let space: Workspace
  let socket: string

  beforeEach(() => {
    space = workspace()
    socket = space.path('pool.sock')
  })
  afterEach(() => space.end())

  const configure = (config: string): string =>
    space.write('pool.yaml', `app: ${app}\nlisten: ${socket}\n${config}`)

  const start = async (config: string): Promise<PoolProcess> => {
    configure(config)
    const pool = await startPool(space, { args: ['-c', 'pool.yaml'], env: { SIGNS: space.directory } })
    if (!config.includes('shared')) await pool.waitFor(/dispatcher \d+ is ready/)
    return pool
  }

  /** The answer to a request on a connection of its own. */
  const ask = async (): Promise<string> => {
    const client = await fcgiClient(socket)
    const { stdout } = await client.request(1, { REQUEST_URI: '/' })
    client.close()
    return stdout.split('\r\n\r\n')[1] ?? ''
  }

  for (const [from, to] of [
    ['dispatch: idle\n', 'dispatch: idle\nmax_queue: 7\n'],
    ['dispatch: shared\n', 'dispatch: idle\n'],
  ] as const) {
    test(`are answered by the old ones where those of a reload are broken: ${to.trim()}`, async () => {
      const pool = await start(`workers: 2\n${from}`)
      await pool.waitFor(/worker \d+ is ready/, 2)
      space.write('held', '')
      space.write('broken', '')
      configure(`workers: 2\n${to}`)
      pool.signal('SIGHUP')
      await pool.waitFor(/ reload \(SIGHUP\)/)
      const asked = Array.from({ length: 16 }, ask)
      rmSync(space.path('held'))
      await pool.waitFor(/exited unexpectedly: .*EX_APP_LOAD/, 2)
      for (const answer of await Promise.all([...asked, ask()])) assert.equal(answer, `from ${pool.pid}: `)
      rmSync(space.path('broken'))
      await pool.waitFor(/has left \(reload\)/, 2)
      assert.equal(await ask(), `from ${pool.pid}: `)
    })
  }

  test('are answered by the old manager where a new one is broken', async () => {
    const pool = await start('workers: 2\ndispatch: idle\n')
    space.write('held', '')
    space.write('broken', '')
    pool.signal('SIGUSR2')
    await pool.waitFor(/ listening on /, 2)
    const asked = Array.from({ length: 16 }, ask)
    rmSync(space.path('held'))
    await pool.waitFor(/the upgrade has failed/)
    for (const answer of await Promise.all([...asked, ask()])) assert.equal(answer, `from ${pool.pid}: `)
  })

  /** With nobody there, and one that is started for a request that waits. */
  const startWaiting = async (config = ondemand): Promise<readonly [PoolProcess, Promise<string>]> => {
    const pool = await start(config)
    await until('the first to leave', () => pool.workers().length === 0)
    space.write('held', '')
    const answer = ask()
    await until('a worker to start', () => pool.workers().length === 1)
    return [pool, answer]
  }

  test('are answered when the pool is stopped meanwhile', async () => {
    const [pool, answer] = await startWaiting()
    pool.signal('SIGTERM')
    await pool.waitFor(/stopping: SIGTERM/)
    rmSync(space.path('held'))
    assert.equal(await answer, `from ${pool.pid}: `)
    await until('the pool to end', () => !isAlive(pool.pid), 15_000)
    assert.equal(pool.count(/aborted|killed/), 0, pool.log())
  })

  test('are answered when another manager takes over meanwhile', async () => {
    const [pool, answer] = await startWaiting()
    pool.signal('SIGUSR2')
    await pool.waitFor(/ listening on /, 2)
    rmSync(space.path('held'))
    await pool.waitFor(/takes over/)
    assert.equal(await answer, `from ${pool.pid}: `)
    await until('the old manager to end', () => !isAlive(pool.pid), 15_000)
  })

  test('wait for one worker, however long it takes, when the dispatcher is replaced meanwhile', async () => {
    const [pool, answer] = await startWaiting()
    configure(`${ondemand}max_queue: 7\n`)
    pool.signal('SIGHUP')
    await pool.waitFor(/dispatcher \d+ is ready/, 2)
    const [worker] = pool.workers()
    const since = performance.now()
    await until(
      'much longer than idle_timeout',
      () => performance.now() - since > 4_000 || pool.workers()[0] !== worker,
    )
    assert.deepEqual(pool.workers(), [worker], pool.log())
    rmSync(space.path('held'))
    assert.equal(await answer, `from ${pool.pid}: `)
    await until('all to leave', () => pool.workers().length === 0)
  })
})
