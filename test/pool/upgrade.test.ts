/** A new manager takes over, or does not: whichever of them is left serves, at the same paths. */

import assert from 'node:assert/strict'
import { existsSync, rmSync } from 'node:fs'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { record, recordType } from '../../src/pool/protocol/record.ts'
import { until } from '../lab/until.ts'
import { fcgiClient, requestRecords } from './support/fcgi-client.ts'
import { isAlive, type PoolProcess, startPool } from './support/pool-process.ts'
import { runStatus } from './support/run-status.ts'
import { type Workspace, workspace } from './support/workspace.ts'

const app = fileURLToPath(new URL('fixtures/staged.js', import.meta.url))

describe('an upgrade', { timeout: 90_000 }, () => {
  let space: Workspace
  let socket: string

  beforeEach(() => {
    space = workspace()
    socket = space.path('pool.sock')
  })
  afterEach(() => space.end())

  const configure = (listen: string, rest = 'workers: 1\n'): string =>
    space.write('pool.yaml', `app: ${app}\nlisten: ${listen}\ncontrol: ${space.path('control')}\n${rest}`)

  const start = async (rest?: string): Promise<PoolProcess> => {
    configure(socket, rest)
    const pool = await startPool(space, { args: ['-c', 'pool.yaml'], env: { SIGNS: space.directory } })
    if (rest?.includes('ondemand')) await pool.waitFor(/dispatcher \d+ is ready/)
    await assertServes(socket, pool.pid)
    return pool
  }

  const assertServes = async (address: string, manager: number): Promise<void> => {
    const client = await fcgiClient(address)
    const { stdout } = await client.request(1, { REQUEST_URI: '/' })
    client.close()
    assert.ok(stdout.endsWith(`\r\n\r\nfrom ${manager}: `), stdout)
  }

  const status = (): string => runStatus(space, '-c', 'pool.yaml').stdout

  const assertTold = (manager: number): void =>
    assert.match(status(), new RegExp(`^manager: +${manager}, running,`))

  /** Pid of the `count`-th new manager. */
  const started = async (pool: PoolProcess, count = 1): Promise<number> => {
    await pool.waitFor(/upgrade: manager \d+ is started/, count)
    const found = [...pool.log().matchAll(/upgrade: manager (\d+) is started/g)].at(-1)
    return Number(found?.[1])
  }

  test('while the manager before the last one still finishes takes nothing away', async () => {
    const first = await start()
    const slow = await fcgiClient(socket)
    const answer = new Promise<string>((resolve) =>
      slow.socket.once('data', (bytes) => resolve(String(bytes))),
    )
    slow.socket.write(Buffer.concat(requestRecords(1, { REQUEST_METHOD: 'POST' }, true)))
    await until('the request', () => /\d+ +ready +\d+ s +\d+ +1 /.test(status()))
    first.signal('SIGUSR2')
    const second = await started(first)
    await first.waitFor(/takes over/, 1)
    process.kill(second, 'SIGUSR2')
    const third = await started(first, 2)
    await until('the second manager to leave', () => !isAlive(second))
    assert.ok(isAlive(first.pid))
    slow.socket.write(record(recordType.stdin, 1))
    assert.match(await answer, new RegExp(`from ${first.pid}: `))
    await until('the first manager to leave', () => !isAlive(first.pid))
    await assertServes(socket, third)
    assertTold(third)
  })

  test('that is ended before it has taken over leaves the old manager as it was', async () => {
    const pool = await start()
    space.write('held', '')
    pool.signal('SIGUSR2')
    const fresh = await started(pool)
    await pool.waitFor(/ listening on /, 2)
    process.kill(fresh, 'SIGTERM')
    await pool.waitFor(/the upgrade has failed, this manager goes on/)
    await until('the new manager to leave', () => !isAlive(fresh))
    await assertServes(socket, pool.pid)
    assertTold(pool.pid)
  })

  for (const [fault, sizing] of [
    ['gone', 'workers: 1\n'],
    ['broken', 'workers: 1\n'],
    ['broken', 'workers: { mode: ondemand, max: 2, idle_timeout: 200ms }\n'],
  ] as const) {
    test(`to a version that is ${fault} leaves the old manager as it was, ${sizing.trim()}`, async () => {
      const pool = await start(sizing)
      space.write(fault, '')
      pool.signal('SIGUSR2')
      const fresh = await started(pool)
      await pool.waitFor(/the upgrade has failed, this manager goes on/)
      await until('the new manager to leave', () => !isAlive(fresh))
      rmSync(space.path(fault))
      await assertServes(socket, pool.pid)
      assertTold(pool.pid)
    })
  }

  test('with another address in the configuration moves there', async () => {
    const pool = await start()
    const other = space.path('other.sock')
    configure(other)
    pool.signal('SIGUSR2')
    const fresh = await started(pool)
    await until('the old address to go', () => !existsSync(socket))
    await until('the old manager to leave', () => !isAlive(pool.pid))
    await assertServes(other, fresh)
    assertTold(fresh)
    process.kill(fresh, 'SIGTERM')
    await until('the new address to go', () => !existsSync(other))
  })

  test('with another control socket in the configuration leaves none of the two behind', async () => {
    const pool = await start()
    const other = space.path('other')
    space.write('pool.yaml', `app: ${app}\nlisten: ${socket}\ncontrol: ${other}\nworkers: 1\n`)
    pool.signal('SIGUSR2')
    const fresh = await started(pool)
    await until('the old control socket to go', () => !existsSync(space.path('control')))
    await until('the new one', () => status() !== '')
    assertTold(fresh)
    process.kill(fresh, 'SIGTERM')
    await until('that to go', () => !existsSync(other))
  })
})
