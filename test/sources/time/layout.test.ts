/** Times by a format that is given. */

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type Instant, instant } from '../../../src/engine/time.ts'
import { lineClock } from '../../../src/sources/time/line-clock.ts'
import { written } from './written.ts'

const utc = (iso: string): Instant => instant(Date.parse(iso) * 1_000)
const time = (format: string, line: string, timezone = 'UTC'): string | undefined => {
  const at = lineClock({ format, timezone, reference: () => utc('2026-11-22T00:00:00Z') }).time(line)
  return at === undefined ? undefined : new Date(at / 1_000).toISOString()
}

describe('a format that is given', () => {
  for (const layout of [
    '%Y-%m-%d %H:%M:%S%f',
    '%F %T%?f%?z',
    '[%a %b %e %H:%M:%S%f %Y]',
    '%d.%m.%y, %I:%M:%S%f %p',
    '%s%f|',
    '%Y%m%d%H%M%S%f',
    '%b %d %Y %T%f %Z',
  ]) {
    it(`${layout} is read back as it was written`, () => {
      const from = utc('1970-01-01T00:00:00Z')
      const until = utc(layout.includes('%y') ? '2068-01-01T00:00:00Z' : '2250-01-01T00:00:00Z')
      fc.assert(
        fc.property(fc.integer({ min: from, max: until }), (at) => {
          const line = `${written({ layout }, at)} text`
          const read = lineClock({ format: layout, timezone: 'UTC', reference: () => instant(at) }).time(line)
          assert.equal(read, at, line)
        }),
        { numRuns: 300 },
      )
    })
  }

  const at = '2026-11-21T04:33:00.000Z'
  const cases: readonly (readonly [format: string, line: string, expected: string | undefined])[] = [
    ['%Y-%m-%d %H:%M:%S.%f', '2026-11-21 04:33:00.25 text', '2026-11-21T04:33:00.250Z'],
    ['%Y-%m-%d %H:%M:%S.%f', '2026-11-21 04:33:00 text', undefined],
    ['%Y-%m-%d %H:%M:%S%?f', '2026-11-21 04:33:00,25 text', '2026-11-21T04:33:00.250Z'],
    ['%Y-%m-%d %H:%M:%S:%f', '2026-11-21 04:33:00:250 text', '2026-11-21T04:33:00.250Z'],
    ['%Y-%m-%d %H:%M:%S', '2026-11-21 04:33:001 text', undefined],
    ['%Y-%m-%d %H:%M:%S', ' 2026-11-21 04:33:00 text', undefined],
    ['%d/%m/%Y %H:%M', '21/11/2026 04:33 text', at],
    ['%d.%m.%Y %k:%M:%S', '21.11.2026  4:33:00 text', at],
    ['%m/%d/%y %I:%M:%S %p', '11/21/26 12:33:00 AM text', '2026-11-21T00:33:00.000Z'],
    ['%m/%d/%y %I:%M:%S %p', '11/21/26 12:33:00 pm text', '2026-11-21T12:33:00.000Z'],
    ['%m/%d/%y %I:%M:%S %p', '11/21/26 13:33:00 PM text', undefined],
    ['%A, %d %B %Y %T', 'Saturday, 21 November 2026 04:33:00 text', at],
    ['%b %d %T', 'Nov 23 04:33:00 text', '2025-11-23T04:33:00.000Z'],
    ['%F %T %z', '2026-11-21 04:33:00 +0100 text', '2026-11-21T03:33:00.000Z'],
    ['%F %T %Z', '2026-11-21 04:33:00 Europe/Berlin text', '2026-11-21T03:33:00.000Z'],
    ['%F %T%?z', '2026-11-21 04:33:00 +25:00 text', at],
    ['%F %T%z', '2026-11-21 04:33:00 - text', undefined],
    ['[%s]', '[1795235580] text', at],
    ['[%s.%f]', '[1795235580.5] text', '2026-11-21T04:33:00.500Z'],
    ['[%s]', '[17952355800] text', undefined],
    ['100%% %F %T', '100% 2026-11-21 04:33:00 text', at],
    ['%F %T', '2026-02-29 04:33:00 text', undefined],
    ['%F %T', '2026-11-21 24:33:00 text', undefined],
    ['%F %T', '2026-11-21', undefined],
    ['%F %T', '', undefined],
  ]
  for (const [format, line, expected] of cases) {
    it(`${format} reads ${line || 'an empty line'}`, () => assert.equal(time(format, line), expected))
  }

  it('is read in the zone that is given where it bears none', () => {
    assert.equal(time('%F %T', '2026-11-21 04:33:00', 'Asia/Kolkata'), '2026-11-20T23:03:00.000Z')
    assert.equal(time('%F %T%z', '2026-11-21 04:33:00Z', 'Asia/Kolkata'), at)
  })
})
