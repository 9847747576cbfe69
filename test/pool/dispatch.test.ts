/** Who gets a request: with `dispatch: idle` only an idle worker does, and pools grow and shrink as they are asked. */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { until } from '../lab/until.ts'
import { type FcgiClient, fcgiClient } from './support/fcgi-client.ts'
import { isAlive, type PoolProcess, startPool } from './support/pool-process.ts'
import { runStatus } from './support/run-status.ts'
import { type Workspace, workspace } from './support/workspace.ts'

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url))
const app = fixture('idle.js')

describe('dispatch', { timeout: 120_000 }, () => {
  let space: Workspace
  let socket: string

  beforeEach(() => {
    space = workspace()
    socket = space.path('pool.sock')
  })
  afterEach(() => space.end())

  const configure = (config: string): string =>
    space.write(
      'pool.yaml',
      `app: ${app}\nlisten: ${socket}\ncontrol: ${space.path('control')}\nstatus_path: /status\n${config}`,
    )

  const start = async (config: string, env: Record<string, string> = {}): Promise<PoolProcess> => {
    configure(config)
    const pool = await startPool(space, { args: ['-c', 'pool.yaml'], env })
    const isDispatched = /dispatch: idle|ondemand/.test(config)
    if (isDispatched && env['HELD'] === undefined) await pool.waitFor(/ dispatcher \d+ is ready/)
    return pool
  }

  const client = async (): Promise<FcgiClient> => {
    const made = await fcgiClient(socket)
    space.onEnd(() => made.close())
    return made
  }

  const ask = async (on: FcgiClient, uri: string, id = 1): Promise<string> => {
    const { stdout } = await on.request(id, { REQUEST_METHOD: 'GET', REQUEST_URI: uri })
    return stdout
  }

  const status = (): string => runStatus(space, '-c', 'pool.yaml').stdout

  test('idle: quick requests never wait for a slow one, kept connections or not', async () => {
    const pool = await start('workers: 3\ndispatch: idle\n')
    await pool.waitFor(/ worker \d+ is ready/, 3)
    const [slow, quick] = [await client(), await client()]
    const blocked = ask(slow, '/slow?block=1500')
    const waits: number[] = []
    for (let turn = 0; turn < 200; turn += 1) {
      const before = performance.now()
      await ask(quick, '/quick')
      waits.push(performance.now() - before)
    }
    waits.sort((a, b) => a - b)
    // With a shared accept the connection of the slow one takes others with it, for 1.5 s.
    assert.ok((waits[190] ?? 0) < 200, `95 of 100 within ${waits[190]} ms`)
    assert.match(await blocked, /\/slow by/)
  })

  test('idle: what finds nobody idle waits its turn, is seen in the status, and beyond the queue gets 503', async () => {
    await start('workers: 1\ndispatch: idle\nmax_queue: 2\n')
    const one = await client()
    // On one connection they come to the dispatcher in this order.
    const [first, second, third, fourth] = await Promise.all([
      ask(one, '/first?block=700', 1),
      ask(one, '/second', 3),
      ask(one, '/third', 5),
      ask(one, '/fourth', 7),
    ])
    assert.match(first ?? '', /\/first by/)
    assert.match(second ?? '', /\/second by/)
    assert.match(third ?? '', /\/third by/)
    assert.match(fourth ?? '', /^Status: 503 Service Unavailable\r\n/)
    await until('the status', () => /^queue: +0 waiting for 0 ms, longest wait \d{3} ms$/m.test(status()))
  })

  test('ondemand: one to show that all is well, then nobody until somebody asks, and when nobody does', async () => {
    const pool = await start('workers: { mode: ondemand, max: 3, idle_timeout: 500ms }\n')
    await until('the first to leave', () => pool.workers().length === 0)
    const clients = await Promise.all([client(), client(), client(), client()])
    const answers = await Promise.all(clients.map((each) => ask(each, '/any?block=300')))
    assert.ok(answers.every((text) => text.includes('/any by')))
    const count = pool.workers().length
    assert.ok(count >= 1 && count <= 3, `${count} workers`)
    await until('them to leave', () => pool.workers().length === 0)
    assert.match(await ask(await client(), '/again'), /\/again by/)
    assert.equal(pool.count(/unexpectedly/), 0, pool.log())
  })

  test('ondemand: as many are started as requests need, however long they take to load', async () => {
    const pool = await start('workers: { mode: ondemand, max: 20, idle_timeout: 2s }\n', {
      LOAD_MS: '1500',
    })
    await until('the first to leave', () => pool.workers().length === 0)
    const clients = await Promise.all([client(), client(), client(), client(), client()])
    const [first, ...others] = clients.map((each) => () => ask(each, '/any?block=200'))
    const one = first?.()
    await until('its worker', () => pool.workers().length > 0)
    await Promise.all([one, ...others.map((each) => each())])
    assert.equal(pool.workers().length, 5, pool.log())
  })

  test('ondemand, reloaded as dynamic before anybody asked, has workers', async () => {
    const pool = await start('workers: { mode: ondemand, max: 3, idle_timeout: 500ms }\n')
    await until('the first to leave', () => pool.workers().length === 0)
    configure('workers: { mode: dynamic, min: 2, max: 4 }\n')
    pool.signal('SIGHUP')
    await until('two workers', () => pool.workers().length === 2)
    assert.match(await ask(await client(), '/any'), /\/any by/)
  })

  test('dispatch is changed under kept connections: each goes on, with the new workers', async () => {
    const pool = await start('workers: 2\ndispatch: idle\n')
    const clients = await Promise.all([client(), client(), client(), client()])
    const all = (): Promise<string[]> => Promise.all(clients.map((each) => ask(each, '/any?block=20')))
    for (const dispatch of ['shared', 'idle', 'shared']) {
      await until('two workers', () => pool.workers().length === 2)
      await all()
      const old = pool.workers()
      configure(`workers: 2\ndispatch: ${dispatch}\n`)
      pool.signal('SIGHUP')
      while (old.some(isAlive)) await all()
      const workers = pool.workers()
      for (const answer of await all())
        assert.ok(
          workers.some((pid) => answer.endsWith(` by ${pid}`)),
          `${answer} is by none of ${workers}`,
        )
    }
    assert.equal(pool.count(/aborted|killed|unexpectedly/), 0, pool.log())
  })

  test('dynamic: grows while it is busy, and shrinks when it is not', async () => {
    const pool = await start(
      'workers: { mode: dynamic, min: 1, max: 3, min_spare: 1, max_spare: 1, step: 1 }\n',
    )
    const busy = new AbortController()
    const asking = Array.from({ length: 4 }, async () => {
      while (!busy.signal.aborted) {
        const each = await fcgiClient(socket)
        await each.request(1, { REQUEST_METHOD: 'GET', REQUEST_URI: '/busy?block=50' }, '', false)
        each.close()
      }
    })
    await until('three workers', () => pool.workers().length === 3)
    busy.abort()
    await Promise.all(asking)
    await until('one worker', () => pool.workers().length === 1)
    assert.equal(pool.count(/unexpectedly/), 0, pool.log())
  })

  for (const config of ['workers: 1\ndispatch: idle\n', 'workers: { mode: ondemand, max: 3 }\n']) {
    test(`is not ready before its dispatcher, and ends at once until then: ${config.split('\n')[0]}`, async () => {
      const held = space.write('held', '')
      const env = { NODE_OPTIONS: `--require=${fixture('held-dispatcher.cjs')}`, HELD: held }
      const pool = await start(config, env)
      await until('its status', () => status() !== '')
      assert.match(status(), /^manager: +\d+, starting,/)
      rmSync(held)
      await pool.waitFor(/ dispatcher \d+ is ready/)
      assert.match(status(), /^manager: +\d+, running,/)
      assert.match(await ask(await client(), '/any'), /\/any by/)
      await pool.stop()

      space.write('held', '')
      const ended = await start(config, env)
      await ended.waitFor(/listening on/)
      const began = performance.now()
      assert.equal(await ended.stop(), 0)
      const took = performance.now() - began
      assert.ok(took < 5_000, `it took ${took} ms to end`)
    })
  }

  test('idle: clients that leave a stream early cost no worker', async () => {
    const pool = await start('workers: 1\ndispatch: idle\n')
    for (let turn = 1; turn <= 3; turn += 1) {
      const leaver = await client()
      const left = ask(leaver, '/events').catch(() => undefined)
      await once(leaver.socket, 'data')
      leaver.close()
      await left
      await until('the end of the stream', async () =>
        (await ask(await client(), '/cancelled')).endsWith(`\r\n\r\n${turn}`),
      )
    }
    assert.equal(pool.count(/ worker \d+ is to be replaced/), 0, pool.log())
  })

  test('idle: a long upload to a slow reader comes whole, and leaves nothing behind', async () => {
    const pool = await start('workers: 1\ndispatch: idle\n')
    const params = { REQUEST_METHOD: 'POST', REQUEST_URI: '/upload' }
    const { stdout } = await (await client()).request(1, params, 'x'.repeat(13_000_000))
    assert.ok(stdout.endsWith('\r\n\r\n13000000'), stdout)
    assert.equal(pool.count(/Warning/), 0, pool.log())
  })

  test('idle: a dispatcher that dies is replaced, and so are its links', async () => {
    const pool = await start('workers: 2\ndispatch: idle\n')
    await pool.waitFor(/ worker \d+ is ready/, 2)
    const [, pid] = /dispatcher (\d+) is ready/.exec(pool.log()) ?? []
    process.kill(Number(pid), 'SIGKILL')
    await pool.waitFor(/dispatcher \d+ exited unexpectedly: signal SIGKILL/)
    assert.match(await ask(await client(), '/after'), /\/after by/)
  })
})
