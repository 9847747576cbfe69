import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failureOf } from '../../../src/sources/journal/failure.ts'
import { isSameEntry } from '../../../src/sources/journal/place.ts'
import { Restarts } from '../../../src/sources/journal/restarts.ts'

test('a reader that ends again and again is started ever later, and told of ever more seldom', () => {
  const restarts = new Restarts()
  const row = Array.from({ length: 10 }, () => restarts.after(50))
  assert.deepEqual(
    row.map(({ delayMs }) => delayMs),
    [100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000, 10_000],
  )
  assert.deepEqual(
    row.filter(({ isTold }) => isTold).map(({ inRow }) => inRow),
    [1, 2, 4, 8],
  )
  assert.deepEqual(restarts.after(10_000), { delayMs: 100, inRow: 1, isTold: true })
})

test("seeing nothing of others hurts only who watches the system's units", () => {
  const hint = 'Hint: You are currently not seeing messages from other users and the system.\n'
  const end = { kind: 'exited', status: 0, complaint: hint } as const
  assert.match(failureOf(end, 'journalctl', 'system')?.message ?? '', /systemd-journal/)
  assert.equal(failureOf(end, 'journalctl', { uid: 1000 }), undefined)
})

test('an entry that journald moved to another file is still the same', () => {
  assert.ok(isSameEntry('s=aa;i=1;b=1;m=2;t=3;x=4', 's=bb;i=9;b=1;m=2;t=3;x=4'))
  assert.ok(!isSameEntry('s=aa;i=1;b=1;m=2;t=3;x=4', 's=aa;i=1;b=1;m=2;t=3;x=5'))
})
