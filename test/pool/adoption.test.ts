/** A kept connection that moves on to a new worker, of which one dies, or the manager on the way. */

import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { until } from '../lab/until.ts'
import { type FcgiClient, fcgiClient } from './support/fcgi-client.ts'
import { isAlive, startPool } from './support/pool-process.ts'
import { workspace } from './support/workspace.ts'

const app = fileURLToPath(new URL('fixtures/adopted.js', import.meta.url))

test('a connection whose request ends the worker that takes it over is closed', {
  timeout: 60_000,
}, async (t) => {
  const space = workspace()
  t.after(() => space.end())
  const socket = space.path('pool.sock')
  const pool = await startPool(space, {
    args: ['--listen', socket, '--workers', '2', app],
    env: { SIGNS: space.directory },
  })
  await pool.waitFor(/worker \d+ is ready/, 2)
  // One for each worker, whoever takes them.
  const clients = new Map<string, FcgiClient>()
  await until('both workers', async () => {
    const client = await fcgiClient(socket)
    space.onEnd(() => client.close())
    const { stdout } = await client.request(1, { REQUEST_URI: '/' })
    clients.set(stdout.split('\r\n\r\n')[1] ?? '', client)
    return clients.size === 2
  })

  space.write('new', '')
  pool.signal('SIGHUP')
  const moved = space.path('moved')
  const origin = await until(
    'a connection to be given away',
    () => existsSync(moved) && (readFileSync(moved, 'utf8') || undefined),
  )
  const answer = clients.get(origin)?.request(1, { REQUEST_URI: '/crash' })
  space.write('go', '')
  await assert.rejects(async () => answer, /the connection was closed/)
})

test('workers leave when the manager dies with a connection in its hands', { timeout: 60_000 }, async (t) => {
  const space = workspace()
  t.after(() => space.end())
  const socket = space.path('pool.sock')
  const pool = await startPool(space, {
    args: ['--listen', socket, '--workers', '1', app],
    env: { SIGNS: space.directory },
  })
  const client = await fcgiClient(socket)
  space.onEnd(() => client.close())
  await client.request(1, { REQUEST_URI: '/' })
  const [old = 0] = pool.workers()

  space.write('stop', '')
  space.write('new', '')
  pool.signal('SIGHUP')
  await until('the connection to be given away', () => existsSync(space.path('moved')))
  const workers = pool.workers()
  assert.ok(workers.includes(old))
  pool.signal('SIGKILL')
  space.write('go', '')
  await until('all to leave', () => !workers.some(isAlive), 10_000)
})
