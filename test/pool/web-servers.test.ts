/** The web servers that a pool stands behind, and other clients: whole answers, reloads without a failure, and the examples. */

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { after, afterEach, beforeEach, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { until } from '../lab/until.ts'
import { get, startLoad } from './support/load.ts'
import { startPool } from './support/pool-process.ts'
import { startApache, startHaproxy, startLighttpd, startNginx, unavailable } from './support/web-server.ts'
import { freePort, type Workspace, workspace } from './support/workspace.ts'

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url))
const example = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../src/pool/examples/${name}`, import.meta.url)), 'utf8')

const servers = [
  { name: 'nginx', start: startNginx, example: 'nginx.conf', cutOff: 'broken' },
  { name: 'apache2', start: startApache, example: 'apache.conf', cutOff: 'broken' },
  // That an answer was cut off may show in its log only.
  { name: 'lighttpd', start: startLighttpd, example: 'lighttpd.conf', cutOff: 'logged' },
  { name: 'haproxy', start: startHaproxy, example: undefined, cutOff: 'broken' },
] as const

for (const server of servers) {
  describe(server.name, { timeout: 60_000, skip: unavailable(server.name) ?? false }, () => {
    let space: Workspace

    beforeEach(() => {
      space = workspace()
    })
    afterEach(() => space.end())

    const startAt = (address: string, app: string, extra = ''): ReturnType<typeof startPool> => {
      const listen = address.startsWith('/') ? `{ path: ${address}, mode: "0666" }` : address
      space.write('pool.yaml', `app: ${fixture(app)}\nlisten: ${listen}\nworkers: 2\n${extra}`)
      const env = { TROUBLE_DIRECTORY: space.directory }
      return startPool(space, { args: ['--config', 'pool.yaml'], env })
    }

    for (const transport of ['TCP', 'a Unix socket'] as const) {
      test(`on ${transport}: kept connections, idle and busy, go over five reloads`, async (context) => {
        const address = transport === 'TCP' ? `127.0.0.1:${await freePort()}` : space.path('pool.sock')
        const pool = await startAt(address, 'app.js', transport === 'TCP' ? '' : 'dispatch: idle\n')
        await pool.waitFor(/ worker \d+ is ready/, 2)
        if (transport !== 'TCP') await pool.waitFor(/ dispatcher \d+ is ready/)
        const web = await server.start(space, address)
        // Connections that stay idle until the last reload, and that many at once have opened.
        await Promise.all(Array.from({ length: 20 }, () => get(`${web.url}/keep?idle`)))
        const load = startLoad([`${web.url}/plain`, `${web.url}/keep`], 10)
        context.after(() => load.stop())
        for (let turn = 1; turn <= 5; turn += 1) {
          const sofar = load.answered
          await until('answers', () => load.answered > sofar + 50)
          pool.signal('SIGHUP')
          await pool.waitFor(/ worker \d+ has left \(reload\)/, 2 * turn)
        }
        const { failures, answered } = await load.stop()
        assert.deepEqual([...new Set(failures)], [], `${failures.length} of ${answered} failed`)
        const again = await Promise.all(Array.from({ length: 20 }, () => get(`${web.url}/keep?idle`)))
        for (const { text } of again) assert.equal(text, '?idle 0\n')
        assert.equal(web.errors(), '')
        assert.equal(pool.count(/increase workers|aborted|killed/), 0, pool.log())
      })
    }

    if (server.example === undefined) return
    const site = example(server.example)

    test('its example: bodies, headers, failures, and the status for this machine', async () => {
      const socket = space.path('pool.sock')
      const pool = await startAt(socket, 'trouble.js', 'status_path: /status\n')
      const web = await server.start(space, socket, site)

      const body = 'x'.repeat(1_000_000)
      const posted = await get(`${web.url}/some%20path?q=1`, { method: 'POST', body })
      assert.equal(posted.text, `POST /some%20path ${body}`)
      const { url, headers } = JSON.parse(
        (
          await get(`${web.url}/params?a=b%20c`, {
            headers: { 'x-own': 'value', authorization: 'Bearer of' },
          })
        ).text,
      )
      // Debian's nginx passes the host without its port.
      assert.match(url, /^http:\/\/127\.0\.0\.1(:\d+)?\/params\?a=b%20c$/)
      assert.equal(headers['x-own'], 'value')
      assert.equal(headers['authorization'], 'Bearer of')
      assert.equal((await get(`${web.url}/throw`)).status, 500)
      if (server.cutOff === 'broken') await assert.rejects(get(`${web.url}/cut`))
      else await get(`${web.url}/cut`).catch(() => undefined)
      if (server.cutOff === 'logged') assert.match(web.errors(), /unexpected end-of-file/)
      assert.match((await get(`${web.url}/status`)).text, /^manager: /)
      assert.equal(pool.count(/unexpectedly/), 0, pool.log())
    })

    // The others notice it when they have something to send to it.
    if (server.name !== 'nginx') return

    test('a client that goes away fires the signal', async () => {
      const address = `127.0.0.1:${await freePort()}`
      await startAt(address, 'trouble.js')
      const web = await server.start(space, address)
      const gone = new AbortController()
      const asked = get(`${web.url}/keep/write`, { signal: gone.signal }).catch(() => 'gone')
      await until('the request to begin', () => fileText(space.path('begun')) !== undefined)
      gone.abort()
      assert.equal(await asked, 'gone')
      await until('the signal', () => fileText(space.path('finally')))
      assert.notEqual(fileText(space.path('finally')), 'complete')
    })
  })
}

describe('cgi-fcgi', { timeout: 30_000, skip: unavailable('cgi-fcgi') ?? false }, () => {
  const space = workspace()
  after(() => space.end())

  test('asks a pool', async () => {
    const socket = space.path('pool.sock')
    await startPool(space, { args: ['--listen', socket, '--workers', '1', fixture('app.js')] })
    const { stdout } = spawnSync('cgi-fcgi', ['-bind', '-connect', socket], {
      env: { REQUEST_METHOD: 'POST', REQUEST_URI: '/?by-hand', CONTENT_LENGTH: '5' },
      input: 'hello',
      encoding: 'utf8',
      timeout: 10_000,
    })
    assert.match(stdout, /^Status: 200 OK\r\n/)
    assert.match(stdout, /\r\n\r\n\?by-hand 5\n$/)
  })
})

function fileText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
