import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { JournalEntry } from '../../../src/sources/journal/entry.ts'
import { ExportParser } from '../../../src/sources/journal/export-parser.ts'

/** A field as journald exports it: bytes, or a text, which is written as a line where it has no line end. */
type Field = readonly [name: string, value: string | Buffer]

const exported = (fields: readonly Field[]): Buffer =>
  Buffer.concat([
    ...fields.map(([name, value]) => {
      const bytes = Buffer.from(value)
      if (typeof value === 'string' && !value.includes('\n')) return Buffer.from(`${name}=${value}\n`)
      const length = Buffer.alloc(8)
      length.writeBigUInt64LE(BigInt(bytes.length))
      return Buffer.concat([Buffer.from(`${name}\n`), length, bytes, Buffer.from('\n')])
    }),
    Buffer.from('\n'),
  ])

const address = (number: number): Field[] => [
  ['__CURSOR', `s=1;i=${number}`],
  ['__REALTIME_TIMESTAMP', String(1_779_000_000_000_000 + number)],
]

function parse(bytes: Buffer, sizes: readonly number[] = [bytes.length]) {
  const parser = new ExportParser()
  const entries: JournalEntry[] = []
  let damaged = 0
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? 1)
    const parsed = parser.push(bytes.subarray(at, at + size))
    entries.push(...parsed.entries)
    damaged += parsed.damaged
    at += size
  }
  return { entries, damaged }
}

const field = fc.tuple(
  fc.constantFrom('MESSAGE', 'A', '_B', 'C_1'),
  fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom('a', '\n', '=', 'ü') }),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  ),
)

test('entries are the same however the bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(field, { maxLength: 5 }), { maxLength: 5 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
      (list, sizes) => {
        const bytes = Buffer.concat(list.map((fields, number) => exported([...address(number), ...fields])))
        const { entries, damaged } = parse(bytes, sizes)
        assert.equal(damaged, 0)
        const shown = entries.map(({ cursor, fields }) => ({ cursor, fields: [...fields] }))
        const expected = list.map((fields, number) => ({
          cursor: `s=1;i=${number}`,
          fields: [...valuesOf(fields)],
        }))
        assert.deepEqual(shown, expected)
      },
    ),
    { numRuns: 3_000 },
  )
})

/** A repeated field has a list of its values. */
function valuesOf(fields: readonly Field[]): ReadonlyMap<string, string | string[]> {
  const values = new Map<string, string | string[]>()
  for (const [name, value] of fields) {
    const text = Buffer.from(value).toString('utf8')
    const before = values.get(name)
    values.set(name, before === undefined ? text : Array.isArray(before) ? [...before, text] : [before, text])
  }
  return values
}

test('whatever bytes come, it goes on with the next entry', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 20 }), (garbage, size) => {
      const bytes = Buffer.concat([
        Buffer.from('!'),
        garbage.filter((byte) => byte !== 10),
        Buffer.from('\n\n'),
        exported(address(1)),
      ])
      const { entries, damaged } = parse(bytes, [size])
      assert.equal(damaged, 1)
      assert.deepEqual(
        entries.map(({ cursor }) => cursor),
        ['s=1;i=1'],
      )
    }),
    { numRuns: 2_000 },
  )
})

describe('what is bounded', () => {
  test('a text of 3 MiB is cut to its first MiB, and the entry says so', () => {
    const [entry, next] = parse(
      Buffer.concat([exported([...address(1), ['MESSAGE', 'x'.repeat(3 << 20)]]), exported(address(2))]),
      [65_536],
    ).entries
    assert.equal(String(entry?.fields.get('MESSAGE')).length, 1 << 20)
    assert.equal(entry?.cut, true)
    assert.equal(next?.cut, false)
  })

  test('a binary value of 3 MiB, too', () => {
    const [entry] = parse(
      exported([...address(1), ['MESSAGE', Buffer.alloc(3 << 20, 'x\n')]]),
      [65_536],
    ).entries
    assert.equal(Buffer.from(String(entry?.fields.get('MESSAGE'))).length, 1 << 20)
    assert.equal(entry?.cut, true)
  })

  test('many values are no more than 4 MiB together, the address not counted', () => {
    const values = Array.from({ length: 100_000 }, (): Field => ['A', 'x'])
    const [entry] = parse(exported([...values, ...address(1)]), [65_536]).entries
    assert.ok((entry?.fields.get('A')?.length ?? 0) < 70_000)
  })
})

test('an entry without a cursor or with a time that is none is damaged', () => {
  const bytes = Buffer.concat([
    exported([['MESSAGE', 'x']]),
    exported([
      ['__CURSOR', 's=1'],
      ['__REALTIME_TIMESTAMP', '99999999999999999999'],
    ]),
    exported(address(3)),
  ])
  const { entries, damaged } = parse(bytes)
  assert.equal(damaged, 2)
  assert.equal(entries.length, 1)
})

test('boot and monotonic time come with the entry', () => {
  const [entry] = parse(exported([...address(1), ['__MONOTONIC_TIMESTAMP', '77'], ['_BOOT_ID', 'b']])).entries
  assert.equal(entry?.monotonic, 77)
  assert.equal(entry?.boot, 'b')
})
