/** Wall-clock times of zones, against the JavaScript engine's own local time as the model. */

import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import fc from 'fast-check'
import { instant } from '../../../src/engine/time.ts'
import { zoneOf } from '../../../src/sources/time/zone.ts'

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'Africa/Casablanca',
  'Pacific/Apia',
  'America/Sao_Paulo',
]

/** Wall-clock readings in whole seconds, half of them near a change of some zone's clocks. */
const walls = fc.oneof(
  fc.integer({ min: Date.UTC(1990, 0) / 1000, max: Date.UTC(2040, 0) / 1000 }),
  fc
    .tuple(
      fc.constantFrom(
        Date.UTC(2024, 2, 31, 2),
        Date.UTC(2024, 9, 27, 2),
        Date.UTC(2024, 2, 10, 2),
        Date.UTC(2024, 10, 3, 1),
        Date.UTC(2006, 3, 2, 0),
        Date.UTC(2024, 3, 7, 2),
        Date.UTC(2024, 9, 6, 2),
        Date.UTC(2011, 11, 30, 0),
        Date.UTC(2018, 10, 4, 0),
      ),
      fc.integer({ min: -7200, max: 7200 }),
    )
    .map(([change, off]) => change / 1000 + off),
)

describe('zone', () => {
  const machine = process.env['TZ']
  after(() => {
    if (machine === undefined) delete process.env['TZ']
    else process.env['TZ'] = machine
  })

  it('agrees with the local time of Date, gaps and overlaps included', () => {
    for (const name of zones) {
      process.env['TZ'] = name
      const named = zoneOf(name)
      const own = zoneOf(undefined)
      fc.assert(
        fc.property(walls, (wall) => {
          const shown = new Date(wall * 1000)
          const model = new Date(
            shown.getUTCFullYear(),
            shown.getUTCMonth(),
            shown.getUTCDate(),
            shown.getUTCHours(),
            shown.getUTCMinutes(),
            shown.getUTCSeconds(),
          ).getTime()
          const at = shown.toISOString()
          assert.equal(named.instantOf(wall * 1_000_000, undefined) / 1000, model, `${name} ${at}`)
          assert.equal(own.instantOf(wall * 1_000_000, undefined) / 1000, model, `machine in ${name} ${at}`)
        }),
        { numRuns: 300 },
      )
    }
  })

  it('takes an hour that comes twice as the second where the lines have passed the first', () => {
    const zone = zoneOf('Europe/Berlin')
    const wall = (time: string): number => Date.parse(`2024-10-27T${time}Z`) * 1000
    const utc = (time: string): number => Date.parse(`2024-10-27T${time}Z`) * 1000
    const first = zone.instantOf(wall('02:59:59'), undefined)
    assert.equal(first, utc('00:59:59'))
    assert.equal(zone.instantOf(wall('02:59:30'), first), utc('00:59:30'))
    const second = zone.instantOf(wall('02:00:00'), first)
    assert.equal(second, utc('01:00:00'))
    assert.equal(zone.instantOf(wall('02:30:00'), second), utc('01:30:00'))
    assert.equal(zone.instantOf(wall('03:00:00'), instant(utc('01:30:00'))), utc('02:00:00'))
  })
})
