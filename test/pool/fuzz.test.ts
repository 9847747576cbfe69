/** Damaged and random bytes: they end nothing, hold nothing, and nobody gets what is another's. */

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { RecordDecoder } from '../../src/pool/protocol/decoder.ts'
import { decodePairs, methodIn } from '../../src/pool/protocol/name-values.ts'
import { fcgiClient } from './support/fcgi-client.ts'
import { mutator } from './support/mutation.ts'
import { startPool } from './support/pool-process.ts'
import { workspace } from './support/workspace.ts'

const app = fileURLToPath(new URL('fixtures/echo.js', import.meta.url))

/** What a decoder made of the chunks, up to the fault if there is one. */
function decoded(chunks: readonly Buffer[]): { readonly records: string[]; readonly sound: boolean } {
  const records: string[] = []
  const decoder = new RecordDecoder((type, id, bytes, start, end) => {
    const content = bytes.toString('latin1', start, end)
    records.push(`${type} ${id} ${content}`)
    if (methodIn(content) !== undefined) decodePairs(content)
  })
  return { records, sound: chunks.every((chunk) => decoder.push(chunk)) }
}

describe('damaged bytes', { timeout: 100_000 }, () => {
  test('100 000 conversations are cut into the same records, in one piece and in many', () => {
    const { conversation, pieces } = mutator(1)
    for (let turn = 0; turn < 100_000; turn += 1) {
      const bytes = conversation(`t${turn}.`)
      assert.deepEqual(decoded(pieces(bytes)), decoded([bytes]))
    }
  })

  test('a worker lives through them, with bounded memory, and answers nobody with what is another’s', async () => {
    const count = 100_000
    const space = workspace()
    try {
      const socket = space.path('pool.sock')
      const pool = await startPool(space, { args: ['--listen', socket, '--workers', '1', app] })
      const [worker] = pool.workers()
      assert.ok(worker !== undefined)
      const { conversation, pieces } = mutator(2)
      // Of these no damage makes another one.
      const tags = new Set<string>()
      const attack = async (upTo: number): Promise<void> => {
        while (tags.size < upTo) {
          const tag = randomBytes(8).toString('hex')
          tags.add(tag)
          const got = await converse(socket, pieces(conversation(tag)))
          for (const [found] of got.matchAll(/[0-9a-f]{16}/g))
            if (found !== tag) assert.equal(tags.has(found), false)
        }
      }
      const round = (upTo: number): Promise<unknown> =>
        Promise.all(Array.from({ length: 8 }, () => attack(upTo)))
      const done = new AbortController()
      const client = honest(socket, done.signal)
      const before = await round(count / 2).then(() => residentBytes(worker))
      await round(count).finally(() => done.abort())
      const grown = residentBytes(worker) - before
      assert.ok((await client) > 100)
      assert.ok(grown < 40 << 20, `the worker has grown by ${grown} bytes`)
      assert.deepEqual(pool.workers(), [worker])
      assert.equal(pool.count(/exited|failed/), 0, pool.log())
    } finally {
      await space.end()
    }
  })
})

/** Sends the pieces on a connection of its own, and no more; gives what comes back until the other side closes. */
function converse(socket: string, pieces: readonly Buffer[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const stream = connect({ path: socket, allowHalfOpen: true })
    let got = ''
    stream.setEncoding('latin1').on('data', (part: string) => {
      got += part
    })
    stream.setTimeout(20_000, () => {
      stream.destroy()
      reject(new Error(`not closed: ${Buffer.concat(pieces).toString('hex')}`))
    })
    stream.on('error', () => stream.destroy())
    stream.on('close', () => resolve(got))
    for (const piece of pieces) stream.write(piece)
    stream.end()
  })
}

/** Asks properly on one kept connection, all the time; gives how often it was answered. */
async function honest(socket: string, signal: AbortSignal): Promise<number> {
  const client = await fcgiClient(socket)
  let answered = 0
  for (; !signal.aborted; answered += 1) {
    const tag = `honest${answered}`
    const { stdout } = await client.request(
      1,
      { REQUEST_METHOD: 'POST', REQUEST_URI: `/?${tag}`, HTTP_X: tag },
      tag,
    )
    assert.equal(stdout.split('\r\n\r\n')[1], `?${tag} ${tag} ${tag}`)
  }
  client.close()
  return answered
}

const residentBytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
