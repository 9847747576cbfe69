import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { surplus } from '../../src/evidence/retention.ts'

const limits = { bytes: 100, ageMs: 50 }
const now = 1_000

test('what is too old goes, and of the rest the oldest that do not fit', () => {
  const files = [
    { name: 'newest', bytes: 60, at: 999 },
    { name: 'newer', bytes: 40, at: 990 },
    { name: 'older', bytes: 1, at: 980 },
    { name: 'too old', bytes: 0, at: 949 },
  ]
  assert.deepEqual(surplus(files, now, limits).toSorted(), ['older', 'too old'])
  assert.deepEqual(surplus(files.slice(3), now, limits), [], 'the newest stays however old it is')
  assert.deepEqual(surplus([{ name: 'huge', bytes: 1_000, at: 999 }], now, limits), [])
})

test('what stays fits, and is newer than what goes', () => {
  const file = fc.record({ bytes: fc.nat(60), at: fc.integer({ min: 900, max: now }) })
  fc.assert(
    fc.property(fc.array(file, { maxLength: 12 }), (list) => {
      const files = list.map((one, index) => ({ ...one, name: String(index) }))
      const gone = new Set(surplus(files, now, limits))
      const [newest, ...kept] = files.filter(({ name }) => !gone.has(name)).toSorted((a, b) => b.at - a.at)
      const removed = files.filter(({ name }) => gone.has(name))
      assert.ok(kept.every(({ at }) => now - at <= limits.ageMs))
      assert.ok(
        kept.length === 0 || kept.reduce((sum, { bytes }) => sum + bytes, newest?.bytes ?? 0) <= limits.bytes,
      )
      const oldest = Math.min(...kept.map(({ at }) => at), newest?.at ?? now)
      assert.ok(removed.every(({ at }) => at <= oldest))
    }),
  )
})
