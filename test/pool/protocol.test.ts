/** FastCGI's bytes, in both directions. */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { RecordDecoder } from '../../src/pool/protocol/decoder.ts'
import { answerManagement } from '../../src/pool/protocol/management.ts'
import { decodePairs, encodePairs, methodIn, valueIn } from '../../src/pool/protocol/name-values.ts'
import {
  beginRequest,
  endRequest,
  record,
  recordType,
  streamRecords,
} from '../../src/pool/protocol/record.ts'

describe('records', () => {
  const table: readonly (readonly [string, Buffer, string])[] = [
    ['BEGIN_REQUEST', beginRequest(1, true), '0101000100080000 0001010000000000'],
    ['BEGIN_REQUEST, not kept', beginRequest(258, false), '0101010200080000 0001000000000000'],
    ['END_REQUEST', endRequest(1, 0, 0), '0103000100080000 0000000000000000'],
    ['END_REQUEST, statuses', endRequest(65_535, 0xfffffffe, 3), '0103ffff00080000 fffffffe03000000'],
    ['empty STDOUT', record(recordType.stdout, 1), '0106000100000000'],
    ['STDERR', record(recordType.stderr, 2, Buffer.from('no')), '0107000200020000 6e6f'],
  ]
  for (const [name, bytes, hex] of table) {
    test(`${name} is written byte for byte`, () =>
      assert.equal(bytes.toString('hex'), hex.replaceAll(' ', '')))
  }

  test('are read whatever the split and the padding', () => {
    const records = fc.array(
      fc.record({
        type: fc.nat(255),
        id: fc.nat(65_535),
        content: fc.uint8Array({ maxLength: 300 }),
        padding: fc.nat(255),
      }),
      { maxLength: 8 },
    )
    fc.assert(
      fc.property(records, fc.array(fc.integer({ min: 1, max: 400 })), (sent, cuts) => {
        const bytes = Buffer.concat(
          sent.map(({ type, id, content, padding }) => {
            const whole = Buffer.concat([record(type, id, content), Buffer.alloc(padding, 0xee)])
            whole[6] = padding
            return whole
          }),
        )
        const got: unknown[] = []
        // The memory of each part is used for other things as soon as it was taken.
        const lent = Buffer.alloc(bytes.length + 10)
        const decoder = new RecordDecoder((type, id, bytes, start, end) =>
          got.push([type, id, bytes.toString('hex', start, end)]),
        )
        let at = 0
        for (let turn = 0; at < bytes.length; turn += 1) {
          const length = cuts[turn % Math.max(1, cuts.length)] ?? bytes.length
          const copied = bytes.copy(lent, 0, at, at + length)
          assert.equal(decoder.push(lent, copied), true)
          lent.fill(0xdd)
          at += length
        }
        assert.ok(decoder.atBoundary)
        assert.deepEqual(
          got,
          sent.map(({ type, id, content }) => [type, id, Buffer.from(content).toString('hex')]),
        )
      }),
    )
  })

  test('of another version end the stream', () => {
    const decoder = new RecordDecoder(() => assert.fail('no record'))
    assert.equal(decoder.push(Buffer.from('GET / HTTP/1.1\r\n')), false)
  })

  test('cut a stream of any length, and are none for no bytes', () => {
    const content = Buffer.alloc(200_000, 7)
    const parts: Buffer[] = []
    const decoder = new RecordDecoder((_, __, bytes, start, end) => parts.push(bytes.subarray(start, end)))
    for (const each of streamRecords(recordType.stdout, 1, content)) decoder.push(each)
    assert.equal(Buffer.compare(Buffer.concat(parts), content), 0)
    assert.deepEqual(streamRecords(recordType.stdout, 1, Buffer.alloc(0)), [])
  })
})

/** Pairs as they are read: each byte a character. */
const encoded = (pairs: Parameters<typeof encodePairs>[0]): string => encodePairs(pairs).toString('latin1')

describe('name-value pairs', () => {
  const table = [
    ['short lengths', { A: 'b' }, '0101 41 62'],
    ['an empty value', { AB: '' }, '0200 4142'],
    ['127 bytes have a short length', { N: 'x'.repeat(127) }, `017f 4e ${'78'.repeat(127)}`],
    ['128 bytes have a long one', { N: 'x'.repeat(128) }, `0180000080 4e ${'78'.repeat(128)}`],
    ['a long name', { ['N'.repeat(200)]: 'v' }, `800000c801 ${'4e'.repeat(200)} 76`],
  ] as const
  for (const [name, pairs, hex] of table) {
    const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex').toString('latin1')
    test(`${name}, written and read`, () => {
      assert.equal(encoded(Object.entries(pairs)), bytes)
      assert.deepEqual({ ...decodePairs(bytes) }, pairs)
      assert.equal(methodIn(bytes), 'GET')
    })
  }

  test('survive the way there and back, in any writing', () => {
    const names = fc
      .string({ unit: 'grapheme-ascii', minLength: 1 })
      .filter((name) => !name.startsWith('HTTP_'))
    fc.assert(
      fc.property(fc.dictionary(names, fc.string({ unit: 'grapheme', maxLength: 300 })), (pairs) => {
        assert.deepEqual({ ...decodePairs(encoded(Object.entries(pairs))) }, { ...pairs })
      }),
    )
  })

  test('one of them is what it is among all, also where a name comes again or they are cut', () => {
    const name = fc.constantFrom('A', 'B', 'AB', 'BA', 'HTTP_A', 'REQUEST_METHOD', 'n'.repeat(200))
    const value = fc.constantFrom('', 'A', 'REQUEST_METHOD', 'ä', '\xe4', 'x'.repeat(300))
    let found = 0
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), fc.nat(20), name, (pairs, cut, asked) => {
        const whole = encoded(pairs)
        const bytes = whole.slice(0, Math.max(0, whole.length - cut))
        const expected = decodePairs(bytes)[asked]
        assert.equal(valueIn(bytes, asked), expected)
        const method = Buffer.from(decodePairs(bytes)['REQUEST_METHOD'] ?? 'GET').toString('latin1')
        assert.ok([method, undefined].includes(methodIn(bytes)))
        if (cut === 0) assert.equal(methodIn(bytes), method)
        if (expected !== undefined) found++
      }),
      { numRuns: 2_000 },
    )
    assert.ok(found > 200, `only ${found} were found`)
  })

  test('cut anywhere are not whole, and never read beyond their end', () => {
    const bytes = encoded([['NAME', 'x'.repeat(200)]])
    for (let length = 1; length < bytes.length; length += 1) {
      assert.equal(methodIn(bytes.slice(0, length)), undefined)
      assert.deepEqual({ ...decodePairs(bytes.slice(0, length)) }, {})
    }
    assert.equal(methodIn('\xff'.repeat(8)), undefined)
  })

  test('have no prototype to be taken for', () => {
    const pairs = decodePairs(encoded([['__proto__', 'x']]))
    assert.deepEqual(Object.entries(pairs), [['__proto__', 'x']])
    assert.equal(decodePairs('')['constructor'], undefined)
  })
})

describe('management records', () => {
  const capacity = { connections: 7, requests: 9 }

  test('GET_VALUES is answered with what is known', () => {
    const asked = encoded([
      ['FCGI_MAX_CONNS', ''],
      ['FCGI_MPXS_CONNS', ''],
      ['OTHER', ''],
    ])
    const expected = record(
      recordType.getValuesResult,
      0,
      encodePairs([
        ['FCGI_MAX_CONNS', '7'],
        ['FCGI_MPXS_CONNS', '1'],
      ]),
    )
    assert.deepEqual(answerManagement(recordType.getValues, asked, capacity), expected)
  })

  test('an unknown type is answered with UNKNOWN_TYPE', () => {
    assert.equal(answerManagement(99, '', capacity).toString('hex'), '010b0000000800006300000000000000')
  })
})
