/** Times at the start of log lines, as an administrator would read them. */

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type Instant, instant } from '../../../src/engine/time.ts'
import { type LineClockOptions, lineClock } from '../../../src/sources/time/line-clock.ts'

const utc = (iso: string): Instant => instant(Date.parse(iso) * 1000)

const clock = (options: Partial<LineClockOptions> = {}) =>
  lineClock({ timezone: 'UTC', reference: () => utc('2024-06-01T00:00:00Z'), ...options })

const shown = (at: Instant | undefined): string | undefined =>
  at === undefined
    ? undefined
    : `${new Date(Math.floor(at / 1000)).toISOString().slice(0, -1)}${String(at % 1000).padStart(3, '0')}`

describe('the time of an ISO 8601 line', () => {
  const cases: readonly (readonly [line: string, expected: string | undefined])[] = [
    ['2024-05-17T03:12:44Z it broke', '2024-05-17T03:12:44.000000'],
    ['2024-05-17 03:12:44 it broke', '2024-05-17T03:12:44.000000'],
    ['2024-05-17 03:12:44', '2024-05-17T03:12:44.000000'],
    ['2024-05-17 03:12:44,123 INFO it broke', '2024-05-17T03:12:44.123000'],
    ['2024-05-17T03:12:44.1Z', '2024-05-17T03:12:44.100000'],
    ['2024-05-17T03:12:44.123456789Z', '2024-05-17T03:12:44.123456'],
    ['2024-05-17T03:12:44.9999999+00:00', '2024-05-17T03:12:44.999999'],
    ['2024-05-17T03:12:44. it broke', '2024-05-17T03:12:44.000000'],
    ['2024-05-17T03:12:44+02:00 it broke', '2024-05-17T01:12:44.000000'],
    ['2024-05-17T03:12:44-0530 it broke', '2024-05-17T08:42:44.000000'],
    ['2024-05-17T03:12:44+02 it broke', '2024-05-17T01:12:44.000000'],
    ['2024-05-17 03:12:44 +0200 it broke', '2024-05-17T01:12:44.000000'],
    ['2024-05-17 03:12:44.5 UTC [77] it broke', '2024-05-17T03:12:44.500000'],
    ['2024-05-17 03:12:44 -7 degrees', '2024-05-17T03:12:44.000000'],
    ['2024-05-17 03:12:44 -10 degrees', '2024-05-17T03:12:44.000000'],
    ['2024-05-17 03:12:44 - FastCGI: manager (pid 9)', '2024-05-17T03:12:44.000000'],
    ['[2024-05-17T03:12:44.123+0000] it broke', '2024-05-17T03:12:44.123000'],
    ['[2024-05-17 03:12:44] it broke', '2024-05-17T03:12:44.000000'],
    ['2016-12-31T23:59:60Z leap', '2016-12-31T23:59:59.999999'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000000'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000000'],
    ['2024-05-17 it broke', undefined],
    ['2024-05-17T03:12 it broke', '2024-05-17T03:12:00.000000'],
    ['2024-05-17T03:12Z', '2024-05-17T03:12:00.000000'],
    ['2024-05-17T03:12+02:00', '2024-05-17T01:12:00.000000'],
    ['2024-05-17  3:12:44 0 [Note] of MariaDB', '2024-05-17T03:12:44.000000'],
    ['2024-05-17T03:123', undefined],
    ['2024-05-17T03:12:4', undefined],
    ['2024-05-17T03 it broke', undefined],
    ['2024-02-30T03:12:44Z', undefined],
    ['2023-02-29T03:12:44Z', undefined],
    ['2024-13-01T03:12:44Z', undefined],
    ['2024-00-01T03:12:44Z', undefined],
    ['2024-05-00T03:12:44Z', undefined],
    ['2024-05-17T25:61:00Z', undefined],
    ['2024-05-17T24:00:00Z', undefined],
    ['2024-05-17T03:12:61Z', undefined],
    ['2024-05-17T03:12:444Z', undefined],
    ['2024-05-17T03:12:44+99:00', undefined],
    ['9999-12-31T23:59:59Z', undefined],
    ['x2024-05-17T03:12:44Z', undefined],
    ['2024-05-1', undefined],
    ['', undefined],
  ]
  for (const [line, expected] of cases) {
    it(`${line || 'an empty line'} → ${expected ?? 'none'}`, () => {
      assert.equal(shown(clock().time(line)), expected)
    })
  }
})

describe('ISO 8601 against Date', () => {
  it('agrees on every instant and offset', () => {
    const lines = clock()
    const instants = fc.integer({ min: 0, max: Date.UTC(2254, 0) })
    fc.assert(
      fc.property(instants, fc.integer({ min: -14 * 60, max: 14 * 60 }), (at, minutes) => {
        const wall = new Date(Math.max(0, at + minutes * 60_000)).toISOString().slice(0, -1)
        const size = Math.abs(minutes)
        const pad = (part: number): string => String(part).padStart(2, '0')
        const zone = `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`
        assert.equal(lines.time(`${wall}${zone} x`), Date.parse(`${wall}${zone}`) * 1000)
      }),
    )
  })

  it('takes no text whatever for an impossible date', () => {
    const lines = clock()
    const part = (max: number) => fc.integer({ min: 0, max }).map((value) => String(value).padStart(2, '0'))
    const parts = fc.tuple(part(99), part(14), part(33), part(25), part(61), part(62))
    fc.assert(
      fc.property(parts, ([yy, mo, dd, hh, mi, ss]) => {
        const date = `20${yy}-${mo}-${dd}`
        const time = `${hh}:${mi}:${ss}`
        const parsed = new Date(`${date}T00:00:00Z`)
        const isDay = !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date)
        const isTime = Number(hh) <= 23 && Number(mi) <= 59 && Number(ss) <= 60
        assert.equal(lines.time(`${date}T${time}Z`) !== undefined, isDay && isTime)
      }),
    )
  })
})

describe('the time of a syslog line', () => {
  const cases: readonly (readonly [line: string, expected: string | undefined])[] = [
    ['May 17 03:12:44 host app: it broke', '2024-05-17T03:12:44.000000'],
    ['May  7 03:12:44 host app: it broke', '2024-05-07T03:12:44.000000'],
    ['May 7 03:12:44 host app: it broke', '2024-05-07T03:12:44.000000'],
    ['<34>May 07 03:12:44 host app: it broke', '2024-05-07T03:12:44.000000'],
    ['May 17 03:12:44.25 host app: it broke', '2024-05-17T03:12:44.250000'],
    ['Dec 31 23:59:60 host app: leap', '2023-12-31T23:59:59.999999'],
    ['Jun  1 12:00:00 a clock half a day ahead', '2024-06-01T12:00:00.000000'],
    ['Jun  3 12:00:00 from last year', '2023-06-03T12:00:00.000000'],
    ['Feb 29 12:00:00 a leap day', '2024-02-29T12:00:00.000000'],
    ['Feb 30 12:00:00', undefined],
    ['Apr 31 12:00:00', undefined],
    ['May 17 24:12:44', undefined],
    ['May 17 03:12:4', undefined],
    ['May 117 03:12:44', undefined],
    ['may 17 03:12:44', undefined],
    ['<1234>May 17 03:12:44', undefined],
    ['Mayday 03:12:44', undefined],
  ]
  for (const [line, expected] of cases) {
    it(`${line} → ${expected ?? 'none'}`, () => {
      assert.equal(shown(clock().time(line)), expected)
    })
  }

  it('goes on into the next year', () => {
    const lines = clock({ reference: () => utc('2024-06-01T00:00:00Z') })
    assert.equal(shown(lines.time('Dec 31 23:59:59 a')), '2023-12-31T23:59:59.000000')
    assert.equal(shown(lines.time('Jan  1 00:00:00 b')), '2024-01-01T00:00:00.000000')
    assert.equal(shown(lines.time('Dec 31 23:59:58 a late line')), '2023-12-31T23:59:58.000000')
    assert.equal(shown(lines.time('Jan  1 00:00:01 c')), '2024-01-01T00:00:01.000000')
  })

  it('goes on from the line before, not from the reference, over many years', () => {
    const lines = clock()
    lines.time('2019-11-01T00:00:00Z')
    const days = ['Nov 20', 'Jan 10', 'Nov  1', 'Feb 29', 'Dec 30', 'Jan  2']
    assert.deepEqual(
      days.map((day) => shown(lines.time(`${day} 12:00:00 x`))?.slice(0, 10)),
      ['2019-11-20', '2020-01-10', '2020-11-01', '2024-02-29', '2023-12-30', '2024-01-02'],
    )
  })

  it('takes a leap day of the last leap year', () => {
    const lines = clock({ reference: () => utc('2023-06-01T00:00:00Z') })
    assert.equal(shown(lines.time('Feb 29 12:00:00 x')), '2020-02-29T12:00:00.000000')
  })

  it('is read in the zone that is given', () => {
    const lines = clock({ timezone: 'Asia/Kolkata' })
    assert.equal(shown(lines.time('May 17 03:12:44 x')), '2024-05-16T21:42:44.000000')
    assert.equal(shown(lines.time('May 17 03:12:45 x')), '2024-05-16T21:42:45.000000')
  })

  it('follows a present that moves on', () => {
    let now = utc('2024-12-31T23:00:00Z')
    const lines = clock({ reference: () => now })
    assert.equal(shown(lines.time('Dec 31 23:00:00 x')), '2024-12-31T23:00:00.000000')
    now = utc('2026-01-05T00:00:00Z')
    assert.equal(shown(lines.time('Jan  5 00:00:00 x')), '2025-01-05T00:00:00.000000')
    now = utc('2026-02-05T00:00:00Z')
    assert.equal(shown(lines.time('Jan  4 00:00:00 x')), '2025-01-04T00:00:00.000000')
  })
})

describe('the format of a file', () => {
  it('is tried alone where the rule file names it', () => {
    assert.equal(clock({ format: 'rfc3164' }).time('2024-05-17T03:12:44Z x'), undefined)
    assert.equal(clock({ format: 'iso8601' }).time('May 17 03:12:44 x'), undefined)
  })

  it('may change in the middle', () => {
    const lines = clock()
    assert.ok(lines.time('May 17 03:12:44 x'))
    assert.equal(lines.time('    at main (app.js:1)'), undefined)
    assert.ok(lines.time('2024-05-17T03:12:45Z x'))
    assert.ok(lines.time('May 17 03:12:46 x'))
  })
})
