import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Mistake } from '../../src/config/mistake.ts'
import { parseMoment } from '../../src/config/moment.ts'
import { instant } from '../../src/engine/time.ts'

const now = instant(Date.parse('2026-11-21T04:33:00Z') * 1_000)
const shown = (text: string): string => {
  const result = parseMoment(text, now)
  return result instanceof Mistake ? 'wrong' : `${new Date(result / 1_000).toISOString()}+${result % 1_000}`
}
const local = (...parts: [number, number, number, number?, number?, number?]): string =>
  `${new Date(parts[0], parts[1] - 1, parts[2], parts[3] ?? 0, parts[4] ?? 0, parts[5] ?? 0).toISOString()}+0`

for (const [text, expected] of [
  ['now', '2026-11-21T04:33:00.000Z+0'],
  ['-2h', '2026-11-21T02:33:00.000Z+0'],
  ['-30d', '2026-10-22T04:33:00.000Z+0'],
  ['1h 30min ago', '2026-11-21T03:03:00.000Z+0'],
  ['@1700000000', '2023-11-14T22:13:20.000Z+0'],
  ['2026-11-20T04:33:00Z', '2026-11-20T04:33:00.000Z+0'],
  ['2026-11-20 04:33:00.123456 UTC', '2026-11-20T04:33:00.123Z+456'],
  ['2026-11-20 04:33', local(2026, 11, 20, 4, 33)],
  ['2026-11-20', local(2026, 11, 20)],
  ['today', local(new Date(now / 1_000).getFullYear(), 11, new Date(now / 1_000).getDate())],
  ['2026-02-30', 'wrong'],
  ['2026-11-20 24:00', 'wrong'],
  ['-2 parsecs', 'wrong'],
  ['tomorrowish', 'wrong'],
  ['', 'wrong'],
] as const) {
  test(`${text === '' ? 'nothing' : text} is ${expected}`, () => {
    assert.equal(shown(text), expected)
  })
}
