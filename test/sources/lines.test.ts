/** Lines out of bytes: the same lines wherever the chunks are cut. */

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { lineLimitBytes, lineSplitter } from '../../src/sources/lines.ts'

interface Seen {
  readonly text: string
  readonly at: number
  readonly cut: boolean
}

const split = (chunks: readonly Buffer[], from = 0) => {
  const seen: Seen[] = []
  const take = (bytes: Buffer, start: number, end: number, at: number, cut: boolean): void => {
    seen.push({ text: bytes.toString('latin1', start, end), at, cut })
  }
  const splitter = lineSplitter(from)
  for (const chunk of chunks) splitter.push(chunk, take)
  const complete = seen.length
  const { offset } = splitter
  splitter.finish(take)
  return { lines: seen.slice(0, complete), rest: seen.slice(complete), offset }
}

/** The slow model: all bytes at once, line by line. */
const model = (bytes: Buffer): Seen[] => {
  let at = 0
  return bytes
    .toString('latin1')
    .split('\n')
    .map((line) => {
      const nuls = line.length - line.replace(/^\0+/, '').length
      const seen = { text: line.slice(nuls).replace(/\r$/, ''), at: at + nuls, cut: false }
      at += line.length + 1
      return seen
    })
}

const pieces = fc
  .array(fc.constantFrom('\n', '\r\n', '\0', '\0\0\0', 'a', 'line of text', 'ä', '\xff\xfe', '\r'), {
    maxLength: 60,
  })
  .map((parts) => Buffer.from(parts.join(''), 'latin1'))

describe('line splitter', () => {
  it('finds the same lines and offsets however the bytes are cut into chunks', () => {
    fc.assert(
      fc.property(pieces, fc.array(fc.integer({ min: 1, max: 7 })), (bytes, sizes) => {
        const chunks: Buffer[] = []
        let start = 0
        for (const size of [...sizes, bytes.length]) {
          chunks.push(bytes.subarray(start, start + size))
          start += size
        }
        const { lines, rest } = split(chunks)
        const expected = model(bytes)
        const last = expected.pop()
        assert.deepEqual(lines, expected)
        assert.deepEqual(rest, last === undefined || (last.text === '' && rest.length === 0) ? [] : [last])
      }),
    )
  })

  it('goes on from the first byte that no line has', () => {
    assert.equal(split([Buffer.from('a\nb')], 100).offset, 102)
    assert.equal(split([Buffer.from('a\nb'), Buffer.from('c\n')], 100).offset, 105)
    assert.equal(split([Buffer.from('a\n\0\0b')]).offset, 4)
  })

  it('cuts a line that is too long, in one chunk or many, and goes on after it', () => {
    const long = Buffer.alloc(lineLimitBytes + 10, 120)
    const bytes = Buffer.concat([Buffer.from('a\n'), long, Buffer.from('\nb\n')])
    const many = Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, index) =>
      bytes.subarray(index * 65_536, (index + 1) * 65_536),
    )
    for (const chunks of [[bytes], many]) {
      const { lines } = split(chunks)
      assert.deepEqual(
        lines.map(({ text, at, cut }) => [text.length, at, cut]),
        [
          [1, 0, false],
          [lineLimitBytes, 2, true],
          [1, lineLimitBytes + 13, false],
        ],
      )
    }
  })

  it('does not cut a line of exactly the limit', () => {
    const long = Buffer.alloc(lineLimitBytes, 120)
    const { lines } = split([long.subarray(0, 1000), long.subarray(1000), Buffer.from('\n')])
    assert.equal(lines[0]?.text.length, lineLimitBytes)
    assert.equal(lines[0]?.cut, false)
  })

  it('skips a hole of NUL bytes longer than the limit', () => {
    const hole = Buffer.alloc(lineLimitBytes)
    const { lines } = split([hole, hole, Buffer.from('after\n')])
    assert.deepEqual(lines, [{ text: 'after', at: 2 * lineLimitBytes, cut: false }])
  })
})
