/** Workers and managers that die, hang, leak or are stopped: the others serve, nothing spins, every death is one line. */

import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { until } from '../lab/until.ts'
import { fcgiClient } from './support/fcgi-client.ts'
import { isAlive, type PoolProcess, startPool } from './support/pool-process.ts'
import { type Workspace, workspace } from './support/workspace.ts'

const troubleApp = fileURLToPath(new URL('fixtures/trouble.js', import.meta.url))

describe('a pool in trouble', { timeout: 90_000 }, () => {
  let space: Workspace
  let socket: string

  beforeEach(() => {
    space = workspace()
    socket = space.path('pool.sock')
  })
  afterEach(() => space.end())

  const start = (config: string, app = troubleApp): Promise<PoolProcess> => {
    space.write('pool.yaml', `app: ${app}\nlisten: ${socket}\ncontrol: ${space.path('control')}\n${config}`)
    return startPool(space, { args: ['-c', 'pool.yaml'], env: { TROUBLE_DIRECTORY: space.directory } })
  }

  /** The body of the answer to one GET on a connection of its own. */
  const ask = async (uri: string): Promise<string> => {
    const client = await fcgiClient(socket)
    try {
      const { stdout } = await client.request(1, { REQUEST_METHOD: 'GET', REQUEST_URI: uri }, '', false)
      return stdout.slice(stdout.indexOf('\r\n\r\n') + 4)
    } finally {
      client.close()
    }
  }

  test('every new worker dies at start after a deploy', async () => {
    const lib = space.write('lib.mjs', 'export function query() {}\n')
    const app = space.write(
      'app.mjs',
      `import { query } from './lib.mjs'\nquery()\nexport default { fetch: () => new Response('ok') }\n`,
    )
    const pool = await start(`workers: 2\npreload: { ${lib}: { query: function } }\n`, app)
    await pool.waitFor(/is ready/, 2)
    space.write('lib.mjs', 'export function other() {}\n')
    pool.signal('SIGHUP')
    const before = cpuMs(pool.pid)
    const startedAt = performance.now()
    await pool.waitFor(
      /status 80 \(EX_PRELOAD\).*lib\.mjs exports no query; expected a function; increase workers to minimal 2/,
      6,
    )
    assert.equal(await ask('/'), 'ok', 'the old workers serve')
    const share = (cpuMs(pool.pid) - before) / (performance.now() - startedAt)
    assert.ok(share < 0.2, `${Math.round(share * 100)} % of a core`)
    assert.equal(pool.count(/increase workers/), pool.count(/exited unexpectedly/))

    // The tenth comes within 90 s: no delay is longer than 4 s.
    space.write('lib.mjs', 'export function query() {}\n')
    await pool.waitFor(/has left \(reload\)/, 2)
    assert.equal(await pool.stop(), 0)
  })

  test('workers die on their first request only', async () => {
    const app = space.write('app.mjs', 'export default { fetch: () => process.exit(9) }\n')
    const pool = await start('workers: 2\n', app)
    const before = cpuMs(pool.pid)
    const startedAt = performance.now()
    const clients = new AbortController()
    const client = async (): Promise<void> => {
      while (!clients.signal.aborted) {
        await ask('/').catch(() => 'failed, as it must')
        await sleep(20)
      }
    }
    const asking = [client(), client()]
    await pool.waitFor(/exited unexpectedly: status 9, age .*increase workers to minimal 2/, 8)
    clients.abort()
    const share = (cpuMs(pool.pid) - before) / (performance.now() - startedAt)
    pool.signal('SIGTERM')
    await Promise.all(asking)
    assert.ok(share < 0.2, `${Math.round(share * 100)} % of a core`)
  })

  test('a worker hangs, one leaks, one is stopped: each is replaced and the others serve', async () => {
    const pool = await start(
      'workers: 3\nanswer_timeout: 2s\nmax_memory: 200M\nfaults: { hang_path: /hang, leak_path: /leak }\n',
    )
    await pool.waitFor(/worker \d+ is ready/, 3)
    const stopped = await until('a worker', async () => pool.workers()[0])
    process.kill(stopped, 'SIGSTOP')
    // Another one takes it: who is stopped accepts nothing.
    const hanging = ask('/hang').catch((error: Error) => error.message)
    const fast = performance.now()
    for (let turn = 0; turn < 10; turn += 1) {
      // A connection that the stopped worker had taken just before cannot be saved.
      await Promise.race([ask('/pid'), sleep(500)])
    }
    assert.ok(performance.now() - fast < 6_000)
    await pool.waitFor(
      /exited unexpectedly: signal SIGKILL, .*reason: no answer; increase workers to minimal 3/,
      2,
    )
    assert.match(await hanging, /closed/)
    await until('the leak to be noticed', async () => {
      await ask('/leak')
      return pool.count(/to be replaced: max_memory/) > 0
    })
    await pool.waitFor(/has left \(max_memory\): status 0/)
    assert.ok(isAlive(pool.pid))
  })

  test('the manager is killed', async () => {
    const pool = await start('workers: 2\n')
    await pool.waitFor(/worker \d+ is ready/, 2)
    const workers = pool.workers()
    assert.equal(workers.length, 2)
    const unfinished = ask('/sleep?ms=30000').catch((error: Error) => error.message)
    await until('the request to arrive', async () =>
      /"active": ?[1-9]/.test(await statusOf(space.path('control'))),
    )
    pool.signal('SIGKILL')
    await until('the workers to leave', () => workers.every((pid) => !isAlive(pid)), 1_000)
    assert.match(await unfinished, /Unavailable|closed/)
  })

  test('a child of a worker ends', async () => {
    const pool = await start('workers: 1\n')
    assert.equal(await ask('/child'), 'child ended with 7')
    assert.equal(await pool.stop(), 0)
    assert.equal(pool.count(/unexpectedly/), 0)
  })

  test('a request longer than shutdown_timeout sees its signal abort, and its finally runs', async () => {
    const pool = await start('workers: 1\nshutdown_timeout: 500ms\nabort_timeout: 3s\n')
    const answer = ask('/write')
    await until('the request to begin', () => existsSync(space.path('begun')))
    pool.signal('SIGHUP')
    await pool.waitFor(/has left \(reload\): status 0/)
    assert.equal(await answer, 'Service Unavailable\n')
    assert.equal(readFileSync(space.path('finally'), 'utf8'), 'the worker is shut down')
    assert.equal(existsSync(space.path('written')), false)
  })

  test('a request shorter than shutdown_timeout is finished, whatever happens around it', async () => {
    const pool = await start('workers: 1\nshutdown_timeout: 20s\n')
    const answer = ask('/write?parts=10')
    await until('the request to begin', () => existsSync(space.path('begun')))
    pool.signal('SIGHUP')
    pool.signal('SIGQUIT')
    assert.equal(await answer, 'written')
    assert.equal(readFileSync(space.path('finally'), 'utf8'), 'complete')
    assert.equal(readFileSync(space.path('written'), 'utf8').split('\n').length, 11)
    await until('the pool to end', () => pool.child.exitCode !== null)
    assert.equal(pool.child.exitCode, 0)
  })

  test('a blocked worker leaves by abort_timeout, a repeated signal changes nothing, ending overrides reloading', async () => {
    const pool = await start('workers: 1\nshutdown_timeout: 300ms\nabort_timeout: 300ms\n')
    const blocked = ask('/block?ms=20000').catch((error: Error) => error.message)
    await until('the request to begin', () => existsSync(space.path('begun')))
    const before = performance.now()
    for (const name of ['SIGTERM', 'SIGTERM', 'SIGHUP', 'SIGUSR2', 'SIGQUIT'] as const) pool.signal(name)
    await until('the pool to end', () => pool.child.exitCode !== null)
    const took = performance.now() - before
    assert.ok(took > 550 && took < 5_000, `it took ${took} ms`)
    assert.equal(pool.child.exitCode, 0)
    assert.equal(await blocked, 'the connection was closed')
    assert.equal(pool.count(/ stopping: /), 1)
    assert.equal(existsSync(socket), false)
  })

  test('a pool that is ended in the middle of an upgrade ends, and the new manager with it', async () => {
    for (const when of [/upgrade: manager \d+ is started/, /(?:listening on.*){2}/s]) {
      const pool = await start('workers: 1\n')
      pool.signal('SIGUSR2')
      if (when.flags === '') await pool.waitFor(when)
      else await until('the new manager', () => when.test(pool.log()))
      pool.signal('SIGTERM')
      await until('the pool to end', () => pool.child.exitCode !== null)
      const [, upgraded] = /manager (\d+) is started/.exec(pool.log()) ?? []
      await until('the new manager to end', () => upgraded === undefined || !isAlive(Number(upgraded)), 5_000)
      assert.equal(pool.child.exitCode, 0)
      await assert.rejects(ask('/'))
    }
  })

  test('a kept connection goes on with the new worker, without being closed', async () => {
    const pool = await start('workers: 1\n')
    const client = await fcgiClient(socket)
    const pid = async (): Promise<string> =>
      (await client.request(1, { REQUEST_METHOD: 'POST', REQUEST_URI: '/pid' }, 'body')).stdout.split(
        '\r\n\r\n',
      )[1] ?? ''
    const old = await pid()
    const before = performance.now()
    pool.signal('SIGHUP')
    await pool.waitFor(/has left \(reload\): status 0/)
    assert.ok(performance.now() - before < 2_000, 'the old worker does not wait for the idle connection')
    const now = await pid()
    assert.notEqual(now, old)
    client.close()
  })

  test('a worker says that the whole service is broken', async () => {
    const pool = await start('workers: 2\n')
    await ask('/broken')
    await until('the pool to end', () => pool.child.exitCode !== null)
    assert.equal(pool.child.exitCode, 84)
    assert.equal(pool.count(/the whole service is broken: told so/), 2)
  })

  test('a slow request is logged, aborted, and its worker replaced', async () => {
    const pool = await start('workers: 1\nrequest_timeout: 400ms\n')
    assert.equal(await ask('/sleep?ms=20000'), 'Service Unavailable\n')
    await pool.waitFor(/slow request GET \/sleep: not finished after 0\.\d s/)
    await pool.waitFor(/has left \(request_timeout\): status 0/)
    assert.equal(pool.count(/unexpectedly/), 0)
  })

  test('errors of the application: 500, the log, and the web server learns of it', async () => {
    const pool = await start('workers: 1\n')
    const client = await fcgiClient(socket)
    const failed = await client.request(1, { REQUEST_METHOD: 'GET', REQUEST_URI: '/throw' })
    assert.match(failed.stdout, /^Status: 500 Internal Server Error\r\n/)
    assert.match(failed.stderr, /thrown on purpose/)
    await pool.waitFor(/error fcgi-pool worker\[\d+\]: request GET \/throw failed: Error: thrown on purpose/)
    const logged = await client.request(1, { REQUEST_METHOD: 'GET', REQUEST_URI: '/log' })
    assert.match(logged.stderr, /said on purpose/)
    await assert.rejects(client.request(1, { REQUEST_METHOD: 'GET', REQUEST_URI: '/cut' }), /closed/)
  })

  test('statuses of failed starts', async () => {
    const cases = [
      ['EX_APP_LOAD', 82, 'export const nothing = 1\n'],
      ['EX_APP_LOAD', 82, 'this is no code\n'],
      ['EX_SELFCHECK', 81, 'export default { fetch() {}, selfCheck: () => false }\n'],
    ] as const
    for (const [name, status, code] of cases) {
      space.write('pool.yaml', `app: ${space.write('bad.mjs', code)}\nlisten: ${socket}\nworkers: 3\n`)
      const pool = await startPool(space, { args: ['-c', 'pool.yaml'], ready: false })
      await pool.waitFor(
        new RegExp(`status ${status} \\(${name}\\), age .*, 0 requests served, reason: .*; increase workers`),
      )
      assert.equal(pool.count(/is ready/), 0)
      await pool.stop()
    }
  })

  test('ping and status', async () => {
    await start('workers: 1\nping_path: /ping\nstatus_path: /status\n')
    assert.equal(await ask('/ping'), 'pong\n')
    assert.match(await ask('/status'), /^manager: .*\n(.*\n)*PID +STATE/)
    const status = JSON.parse(await ask('/status?json'))
    assert.equal(status.workers.length, 1)
    assert.deepEqual(JSON.parse(await statusOf(space.path('control'))).workers[0].pid, status.workers[0].pid)
  })
})

/** Processor time of a process and of its children, those that have ended included. */
function cpuMs(pid: number): number {
  const own = (each: string): number[] => {
    try {
      const fields = readFileSync(`/proc/${each}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
      return fields.slice(11, 15).map(Number)
    } catch {
      return []
    }
  }
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(/\s+/)
  const ticks = [String(pid), ...children].flatMap(own).reduce((sum, each) => sum + each, 0)
  return ticks * 10
}

const statusOf = (control: string): Promise<string> => text(connect(control))
