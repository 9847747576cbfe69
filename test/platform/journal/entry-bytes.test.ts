import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { entryBytes, entryText } from '../../../src/platform/journal/entry-bytes.ts'

/** The native protocol, read by its description. */
function decoded(bytes: Buffer): [string, string][] {
  const fields: [string, string][] = []
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(0x0a, at)
    const line = bytes.toString('utf8', at, end)
    const equals = line.indexOf('=')
    if (equals !== -1) {
      fields.push([line.slice(0, equals), line.slice(equals + 1)])
      at = end + 1
      continue
    }
    const start = end + 9
    const length = Number(bytes.readBigUInt64LE(end + 1))
    fields.push([line, bytes.toString('utf8', start, start + length)])
    assert.equal(bytes[start + length], 0x0a)
    at = start + length + 1
  }
  return fields
}

const name = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,20}$/)
const value = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '\n', 'a\nMESSAGE_ID=forged\n', '='),
)

describe('an entry for the journal', () => {
  test('comes back as it was, whatever stands in its values', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { maxLength: 20 }), (fields) => {
        assert.deepEqual(decoded(entryBytes(fields)), fields)
      }),
    )
  })

  test('fits into one datagram; a long value is cut between characters, the last fields go first', () => {
    const fields = Array.from({ length: 5 }, (_, index) => [`F${index}`, '€'.repeat(100_000)] as const)
    const bytes = entryBytes(fields)
    assert.ok(bytes.length < 150_000)
    const kept = decoded(bytes)
    assert.equal(kept[0]?.[0], 'F0')
    assert.match(kept[0]?.[1] ?? '', /^€{20000,}$/)
  })

  test('for logger has a line for each field, and no more', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { maxLength: 20 }), (fields) => {
        const lines = entryText(fields).split('\n').slice(0, -1)
        assert.deepEqual(
          lines.map((line) => line.slice(0, line.indexOf('='))),
          fields.map(([one]) => one),
        )
      }),
    )
  })
})
