import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '../../../src/engine/time.ts'
import { DeliveryCheck } from '../../../src/sources/journal/delivery.ts'
import type { Sight } from '../../../src/sources/journal/journalctl.ts'
import type { Place } from '../../../src/sources/journal/place.ts'

const place = (number: number, sequence = 'aa'): Place => ({
  cursor: `s=${sequence};i=${number.toString(16)};b=b0;m=1;t=1;x=1`,
  realtime: instant(number),
})
const newest = (number: number, sequence?: string): Sight => {
  const { cursor = '', realtime } = place(number, sequence)
  return {
    kind: 'entry',
    entry: { cursor, realtime, monotonic: undefined, boot: undefined, fields: new Map(), cut: false },
  }
}
/** What each of several looks in a row says. */
const looks = (...seen: readonly (readonly [reading: number, place: Place | undefined, newest: Sight])[]) => {
  const check = new DeliveryCheck()
  return seen.map(([reading, at, sight]) => check.isStalled({ reading, place: at }, sight))
}

test('an entry that one journalctl has not delivered between two looks is a stall', () => {
  const at = place(9)
  assert.deepEqual(looks([1, at, newest(255)], [1, at, newest(256)], [1, at, newest(256)]), [
    false,
    true,
    true,
  ])
})

test('whoever gets on is not stalled, however much there is to read', () => {
  assert.deepEqual(looks([1, place(9), newest(99)], [1, place(10), newest(120)]), [false, false])
})

test('another journalctl is given its time', () => {
  const at = place(9)
  assert.deepEqual(looks([1, at, newest(10)], [2, at, newest(10)], [2, at, newest(10)]), [false, false, true])
})

test('nothing is due where all is read, the journal is empty or cannot be read, or its numbers tell nothing', () => {
  const at = place(9)
  const unreadable: Sight = { kind: 'unreadable', message: 'no', forGood: false }
  for (const sight of [newest(9), newest(3), newest(99, 'bb'), unreadable, { kind: 'nothing' } as const])
    assert.deepEqual(looks([1, at, sight], [1, at, sight]), [false, false])
  const empty: Place = { realtime: instant(1) }
  assert.deepEqual(looks([1, empty, newest(5)], [1, empty, newest(5)]), [false, false])
})
