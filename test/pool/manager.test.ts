/** The manager lives through whatever its machine and its configuration do, and follows what can be followed. */

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { WorkerProcess } from '../../src/pool/manager/worker-process.ts'
import { until } from '../lab/until.ts'
import { fcgiClient } from './support/fcgi-client.ts'
import { type PoolProcess, startPool } from './support/pool-process.ts'
import { runStatus } from './support/run-status.ts'
import { type Workspace, workspace } from './support/workspace.ts'

const app = fileURLToPath(new URL('fixtures/app.js', import.meta.url))

describe('the manager', { timeout: 90_000 }, () => {
  let space: Workspace
  let folder: string

  beforeEach(() => {
    space = workspace()
    folder = space.path('site')
    mkdirSync(folder)
  })
  afterEach(() => space.end())

  const configure = (rest: string): void =>
    writeFileSync(
      `${folder}/pool.yaml`,
      `app: ${app}\nlisten: ${space.path('pool.sock')}\nworkers: 1\n${rest}`,
    )

  const start = async (rest = ''): Promise<PoolProcess> => {
    configure(`control: ${space.path('control')}\n${rest}`)
    return startPool(space, { args: ['-c', `${folder}/pool.yaml`] })
  }

  const status = (control = 'control') => {
    const { stdout } = runStatus(space, '--json', '--control', space.path(control))
    return stdout === '' ? undefined : JSON.parse(stdout)
  }

  /** Its clock has ticked: that is when it looks at files and at its workers. */
  const ticked = async (ticks = 2): Promise<void> => {
    const { upSeconds } = status()
    await until('a tick', () => status().upSeconds >= upSeconds + ticks)
  }

  const workerOf = (pool: PoolProcess): Promise<number> => until('a worker', () => pool.workers()[0])

  const assertServes = async (): Promise<void> => {
    const client = await fcgiClient(space.path('pool.sock'))
    assert.match((await client.request(1, { REQUEST_URI: '/?it' })).stdout, /\?it 0\n$/)
    client.close()
  }

  test('goes on when the configuration that it watches cannot be looked at, and sees it again', async () => {
    const pool = await start('watch: true\n')
    rmSync(`${folder}/pool.yaml`)
    symlinkSync('pool.yaml', `${folder}/pool.yaml`)
    await ticked()
    rmSync(`${folder}/pool.yaml`)
    configure(`control: ${space.path('control')}\nwatch: true\nmax_requests: 1000\n`)
    await pool.waitFor(/reload \(the configuration file has changed\)/)
    await assertServes()
  })

  test('goes on when no process can be started in its folder, and starts them when one can', async () => {
    const pool = await start()
    renameSync(folder, space.path('away'))
    writeFileSync(folder, '')
    process.kill(await workerOf(pool), 'SIGKILL')
    await pool.waitFor(/worker 0 exited unexpectedly: .*ENOTDIR/, 2)
    rmSync(folder)
    renameSync(space.path('away'), folder)
    await pool.waitFor(/worker \d+ is ready/, 2)
    await assertServes()
  })

  test('goes on when it has no descriptors left, and starts workers when it has', async () => {
    const pool = await start()
    const limit = (files: string): void => {
      const { status, stderr } = spawnSync('prlimit', ['--pid', String(pool.pid), `--nofile=${files}`], {
        encoding: 'utf8',
      })
      assert.equal(status, 0, stderr)
    }
    const highest = Math.max(
      ...readdirSync(`/proc/${pool.pid}/fd`)
        .map(Number)
        .filter((fd) => fd < 200),
    )
    limit(`${highest + 1}:4096`)
    process.kill(await workerOf(pool), 'SIGKILL')
    await pool.waitFor(/worker 0 exited unexpectedly: .*EMFILE/)
    limit('4096:4096')
    await pool.waitFor(/worker \d+ is ready/, 2)
    await assertServes()
  })

  test('tells of a process that could not be started as of one that ended at once', async () => {
    const ended = await new Promise<string | undefined>((resolve) => {
      const worker: WorkerProcess = new WorkerProcess('worker', 1, undefined, '/dev/null/none', {
        onMessage: () => undefined,
        onExit: (from) => resolve(from.reason),
      })
      assert.equal(worker.pid, 0)
      worker.ping()
      worker.kill('not needed')
    })
    assert.match(ended ?? '', /ENOTDIR/)
  })

  test('gives a worker the time of answer_timeout, however short', async () => {
    const pool = await start('answer_timeout: 1s\n')
    await ticked(4)
    // A busy machine may make one late.
    assert.ok(pool.count(/no answer/) <= 1, pool.log())
    const before = pool.count(/no answer/)
    process.kill(await workerOf(pool), 'SIGSTOP')
    await pool.waitFor(/worker \d+ is killed: no answer/, before + 1)
  })

  test('follows control and watch at a reload', async () => {
    const pool = await start()
    configure(`control: ${space.path('other')}\nwatch: true\n`)
    pool.signal('SIGHUP')
    await until('the other control socket', () => status('other')?.manager === pool.pid)
    assert.ok(!existsSync(space.path('control')))
    configure('')
    await pool.waitFor(/reload \(the configuration file has changed\)/)
    await until('no control socket', () => !existsSync(space.path('other')))

    space.write('precious', 'text')
    configure(`control: ${space.path('precious')}\n`)
    pool.signal('SIGHUP')
    await pool.waitFor(/no reload \(SIGHUP\), everything stays as it was: cannot open the control socket/)
    await assertServes()
  })
})
