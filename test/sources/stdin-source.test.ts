/** Standard input as a source. */

import assert from 'node:assert/strict'
import { createReadStream } from 'node:fs'
import { tmpdir } from 'node:os'
import { PassThrough, type Readable } from 'node:stream'
import { describe, it } from 'node:test'
import { SourceError } from '../../src/sources/source.ts'
import { stdinSource } from '../../src/sources/stdin-source.ts'
import { realTime, startReading, until } from './reading.ts'

const reading = (stream: Readable) =>
  startReading(
    stdinSource({
      spec: { kind: 'file', name: 'input', paths: ['-'], timezone: 'UTC' },
      stream,
      clock: realTime,
    }),
  )

describe('standard input', () => {
  it('delivers lines as they come and ends with the stream, the last line included', async () => {
    const stream = new PassThrough()
    const input = reading(stream)
    stream.write('2024-05-17T03:12:44Z one\r\ntw')
    await until('the first line', () => input.events.length === 1)
    stream.end('o\nthree')
    await input.ended
    assert.deepEqual(input.texts(), ['2024-05-17T03:12:44Z one', 'two', 'three'])
    assert.deepEqual(
      input.events.map(({ position }) => position),
      ['-:0', '-:26', '-:30'],
    )
    assert.ok(input.events.every(({ at }) => at === Date.parse('2024-05-17T03:12:44Z') * 1_000))
    assert.deepEqual(input.events[0]?.fields, new Map([['file', '-']]))
  })

  it('ends quietly when it is told to', async () => {
    const stream = new PassThrough()
    const input = reading(stream)
    stream.write('one\n')
    await until('the first line', () => input.events.length === 1)
    await input.stop()
    assert.equal(stream.destroyed, true)
  })

  it('says that it cannot be read', async () => {
    const input = reading(createReadStream(tmpdir()))
    await assert.rejects(input.ended, (error) => {
      assert.ok(error instanceof SourceError)
      assert.equal(error.message, 'source input: standard input cannot be read (EISDIR)')
      return true
    })
  })
})
