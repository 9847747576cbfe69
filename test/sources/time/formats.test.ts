/** The formats that are recognised, against a slow writer of each, and what must not be taken for one of them. */

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { timestampFormats } from '../../../src/config/timestamp-formats.ts'
import { type Instant, instant } from '../../../src/engine/time.ts'
import { timeFormats } from '../../../src/sources/time/formats.ts'
import { type LineClockOptions, lineClock } from '../../../src/sources/time/line-clock.ts'
import { precision, type Shape, shapes, written } from './written.ts'

const utc = (iso: string): Instant => instant(Date.parse(iso) * 1_000)
const now = utc('2026-11-22T00:00:00Z')
const clock = (options: Partial<LineClockOptions> = {}) =>
  lineClock({ timezone: 'UTC', reference: () => now, ...options })
const shown = (at: Instant | undefined): string | undefined =>
  at === undefined ? undefined : new Date(Math.floor(at / 1_000)).toISOString()

const cut = (at: number, shape: Shape): Instant => instant(at - (at % precision(shape)))
const isWeak = ({ format }: Shape): boolean => format === 'embedded'

/** Microseconds east of UTC, by the zone data of the JavaScript engine. */
const eastOf = (timeZone: string, at: number): number => {
  const name = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
    .formatToParts(at / 1_000)
    .find(({ type }) => type === 'timeZoneName')?.value
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(name ?? '') ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000_000
}

for (const shape of shapes) {
  describe(`${shape.format}: ${shape.layout}`, () => {
    it('is recognised, and read back exactly on instants of all years', () => {
      const from = /%[sDCN]/.test(shape.layout) ? utc('2001-09-10T00:00:00Z') : utc('1970-01-02T00:00:00Z')
      const until = utc(/%y/.test(shape.layout) ? '2068-01-01T00:00:00Z' : '2099-12-31T00:00:00Z')
      fc.assert(
        fc.property(fc.integer({ min: from, max: until }), (micros) => {
          const at = cut(micros, shape)
          const one = clock({ reference: () => at })
          const line = written(shape, at)
          assert.equal(one.time(line), at, line)
          assert.equal(one.format, shape.format, line)
        }),
        { numRuns: 50 },
      )
    })

    it('is read by its name, too', () => {
      const at = cut(utc('2026-11-21T04:33:00Z') + 123_456, shape)
      assert.equal(clock({ format: shape.format }).time(written(shape, at)), at)
    })

    it('is read through the hours that come twice and those that never come', () => {
      for (const [zone, change] of [
        ['Europe/Berlin', '2026-10-25T01:00:00Z'],
        ['America/New_York', '2026-03-08T07:00:00Z'],
        ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
      ] as const) {
        const one = clock({ timezone: zone })
        for (let minutes = -180; minutes <= 180; minutes += 10) {
          const at = instant(utc(change) + minutes * 60_000_000)
          const line = written(shape, at, eastOf(zone, at))
          assert.equal(shown(one.time(line)), shown(at), `${zone}: ${line}`)
        }
      }
    })
  })
}

describe('the known formats', () => {
  it('are those of rule files, each recognised by its example and written by some program', () => {
    assert.deepEqual(
      timeFormats.map(({ name }) => name),
      timestampFormats,
    )
    assert.deepEqual(new Set(shapes.map(({ format }) => format)), new Set(timestampFormats))
    for (const { name, example } of timeFormats) {
      const one = clock()
      assert.notEqual(one.time(`${example} - and more`), undefined, example)
      assert.equal(one.format, name, example)
    }
  })

  it('do not disturb each other in a file of many programs', () => {
    const lines = fc.array(
      fc.record({
        shape: fc.constantFrom(...shapes.filter((shape) => !isWeak(shape))),
        after: fc.integer({ min: 0, max: 7_200_000_000 }),
      }),
      { minLength: 30, maxLength: 60 },
    )
    const starts = fc.integer({ min: utc('2025-12-15T00:00:00Z'), max: utc('2026-11-01T00:00:00Z') })
    fc.assert(
      fc.property(starts, lines, (start, following) => {
        const one = clock()
        let at = start
        for (const { shape, after } of following) {
          at += after
          const line = written(shape, at)
          assert.equal(shown(one.time(line)), shown(cut(at, shape)), line)
          assert.equal(one.format, shape.format, line)
        }
      }),
      { numRuns: 200 },
    )
  })
})

describe('what is no time', () => {
  for (const line of [
    'the next run is at 2027-11-21 04:33:00 or so',
    '\tat com.example.Foo(Foo.java:12)',
    'retry after 17 Nov 2026 04:33:00',
    '12345678 bytes',
    '123456 123456 bytes',
    '1234567890bytes',
    '9999999999 bytes',
    '2026/13/21 04:33:00 text',
    '[Xxx Nov 21 25:33:00 2026] text',
    '[31-Feb-2026 04:33:00] text',
    '99/99/99 10:10:10 INFO text',
    '26/11/21 04:33:00 text without a level',
    '03-17 16:13:38.811 text without a process',
    '261121 043300 text without a thread',
    '[10/Oct/2000:13:55:36]',
    '{"msg":"x","nested":{"time":"2026-11-21T04:33:00Z"}}',
    '{"msg":"\\"time\\":\\"2026-11-21T04:33:00Z\\""}',
    '{"time":"soon"}',
    'Error in 2026-11-21 04:33:00',
    '',
  ]) {
    it(line, () => assert.equal(shown(clock().time(line)), undefined))
  }

  it('numbers and short dates far from the times of other formats', () => {
    for (const line of [
      '1234567890 bytes',
      '1234567890123 bytes',
      '25/12/24 10:00:00 INFO text',
      '081109 203615 148 INFO text',
      '03-17 16:13:38.811  1702  2395 D text',
    ]) {
      const one = clock()
      assert.ok(one.time('2026-11-21T04:33:00Z start'))
      assert.equal(shown(one.time(line)), undefined, line)
      assert.ok(one.time('2026-11-21T04:33:01Z end'))
      assert.notEqual(clock().time(line), undefined, `alone: ${line}`)
    }
  })

  it('numbers and short dates of the future', () => {
    assert.equal(clock().time('1999999999 text'), undefined)
    assert.equal(clock().time('27/01/01 10:00:00 INFO text'), undefined)
    assert.notEqual(clock({ format: 'epoch' }).time('1999999999 text'), undefined, 'unless they are expected')
  })

  it('a date in the header of a line where others bear one at their start', () => {
    const one = clock()
    assert.ok(one.time('2026-11-21T04:33:00Z start'))
    assert.equal(one.time('[worker-7] 2026-11-21T05:00:00Z in a trace'), undefined)
  })
})

describe('a time among others', () => {
  it('is that at the start of the line, whatever stands in headers before and behind', () => {
    const one = clock()
    assert.ok(one.time('[worker-7] 2026-11-21T05:00:00Z text'))
    assert.equal(shown(one.time('2026-11-21T06:00:00Z [2000-01-01 00:00:00]')), '2026-11-21T06:00:00.000Z')
  })

  it('is not that of a user name which a client made up', () => {
    const line = '::1 - x [10/Oct/2000:13:55:36 +0000] [21/Nov/2026:04:33:00 +0000] "GET / HTTP/1.0" 401 7'
    assert.equal(shown(clock().time(line)), '2026-11-21T04:33:00.000Z')
  })
})

describe('the zone of a line', () => {
  for (const [line, expected] of [
    ['2026-11-21 04:33:00.123 CET [7] LOG:  text', '2026-11-21T03:33:00.123Z'],
    ['2026-07-21 04:33:00.123 CEST [7] LOG:  text', '2026-07-21T02:33:00.123Z'],
    ['2026-11-21 04:33:00 PST text', '2026-11-21T12:33:00.000Z'],
    ['2026-11-21 04:33:00 WEST text', '2026-11-20T23:03:00.000Z'],
    ['2026-11-21 04:33:00 CETACEAN text', '2026-11-20T23:03:00.000Z'],
    ['[21-Nov-2026 04:33:00 Europe/Berlin] PHP Fatal error:  text', '2026-11-21T03:33:00.000Z'],
    ['[21-Jul-2026 04:33:00 America/Port-au-Prince] PHP Notice:  text', '2026-07-21T08:33:00.000Z'],
    ['[21-Nov-2026 04:33:00 Europe/Nowhere] text', '2026-11-20T23:03:00.000Z'],
    ['Sat Nov 21 04:33:00 CET 2026 text', '2026-11-21T03:33:00.000Z'],
    ['2026-11-21T04:33:00-03:30 text', '2026-11-21T08:03:00.000Z'],
  ] as const) {
    it(line, () => assert.equal(shown(clock({ timezone: 'Asia/Kolkata' }).time(line)), expected))
  }
})

describe('a hostile line', () => {
  for (const text of [
    '[',
    '1',
    '<1',
    'Sat ',
    '2026-',
    'I, [2026-11-21T',
    ' ',
    '"(=',
    'May ',
    '{"time":',
    '\\"',
  ]) {
    it(`of a mebibyte of ${JSON.stringify(text)} costs no more than a short one`, () => {
      const one = clock()
      const line = text.repeat(1_048_576 / text.length)
      one.time(line)
      const began = performance.now()
      for (let turn = 0; turn < 500; turn += 1) assert.equal(one.time(line), undefined)
      // Reading all of it takes a millisecond and more for each.
      assert.ok(performance.now() - began < 400, `${performance.now() - began} ms`)
    })
  }
})
