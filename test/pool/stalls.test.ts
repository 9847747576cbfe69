/** Web servers that send nothing of what is due, or take nothing of what they asked for: they are left, and cost nothing else. */

import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { record, recordType } from '../../src/pool/protocol/record.ts'
import { until } from '../lab/until.ts'
import { type FcgiClient, fcgiClient, requestRecords } from './support/fcgi-client.ts'
import { startPool } from './support/pool-process.ts'
import { workspace } from './support/workspace.ts'

const app = `export default {
  async fetch(request) {
    const { pathname } = new URL(request.url)
    return new Response(pathname === '/long' ? 'x'.repeat(20_000_000) : await request.text())
  },
}
`

const post = { REQUEST_METHOD: 'POST' }

for (const dispatch of ['shared', 'idle']) {
  test(`dispatch: ${dispatch}: whoever stalls is left, and the worker stays`, {
    timeout: 60_000,
  }, async (t) => {
    const space = workspace()
    t.after(() => space.end())
    space.write('app.mjs', app)
    space.write(
      'pool.yaml',
      `app: ./app.mjs
listen: ./pool.sock
workers: 1
dispatch: ${dispatch}
input_timeout: 1s
output_timeout: 1s
`,
    )
    const pool = await startPool(space, { args: ['-c', 'pool.yaml'] })
    if (dispatch === 'idle') await pool.waitFor(/dispatcher \d+ is ready/)
    const client = async (): Promise<FcgiClient> => {
      const made = await fcgiClient(space.path('pool.sock'))
      space.onEnd(() => made.close())
      return made
    }
    const idle = await client()
    assert.match((await idle.request(1, post, 'first')).stdout, /first$/)

    const halves = [await client(), await client()]
    const params = requestRecords(1, post, true)
    halves[0]?.socket.write(params[0] ?? '')
    halves[1]?.socket.write(Buffer.concat([...params, record(recordType.stdin, 1, Buffer.from('half'))]))
    for (const half of halves) await half.closed

    const [, dispatcher] = /dispatcher (\d+) is ready/.exec(pool.log()) ?? []
    const acceptor = dispatcher ?? pool.workers()[0]
    const descriptors = (): number => readdirSync(`/proc/${acceptor}/fd`).length
    const before = descriptors()
    const deaf = await client()
    deaf.socket.pause()
    deaf.socket.write(
      Buffer.concat([...requestRecords(1, { REQUEST_URI: '/long' }, true), record(recordType.stdin, 1)]),
    )
    await until('the connection', () => descriptors() > before)
    await until('its close', () => descriptors() === before)
    let took = 0
    deaf.socket.on('data', (bytes: Buffer) => {
      took += bytes.length
    })
    deaf.socket.resume()
    await deaf.closed
    assert.ok(took > 0 && took < 20_000_000, `${took} bytes were taken`)

    assert.match((await idle.request(1, post, 'last')).stdout, /last$/)
    assert.equal(pool.workers().length, 1)
    assert.equal(pool.count(/replaced|killed|has left/), 0, pool.log())
  })
}
