/** Wall-clock times of a zone as instants, by the zone data of the JavaScript engine. */

import { type Instant, instant } from '../../engine/time.ts'

export interface Zone {
  /**
   * The instant of a wall-clock reading, given in microseconds as if its zone were UTC.
   *
   * A reading that comes twice (clocks put back) is the first of both, unless that lies more than a minute before
   * `previous`, the time of the line before: then it is the second. One that never comes (clocks put forward) is
   * taken by the offset from before the change.
   */
  instantOf(wall: number, previous: Instant | undefined): Instant
}

/** Wall-clock readings from `from` up to but without `to`, all of the same offset. */
interface Stretch {
  readonly from: number
  readonly to: number
  /** Microseconds east of UTC. */
  readonly offset: number
  /** The offset of their second coming. */
  readonly again?: number
}

const hour = 3_600_000_000
const day = 24 * hour
const tolerance = 60_000_000

/** The zone of IANA name `name`, or the machine's. Throws a RangeError for a name that does not exist. */
export const zoneOf = (name: string | undefined): Zone => {
  const offsetAt = offsets(name)
  let stretch: Stretch = { from: 0, to: 0, offset: 0 }

  return {
    instantOf(wall, previous) {
      if (wall < stretch.from || wall >= stretch.to) stretch = stretchAround(wall, offsetAt)
      const first = wall - stretch.offset
      const isSecond = stretch.again !== undefined && previous !== undefined && first < previous - tolerance
      return instant(isSecond && stretch.again !== undefined ? wall - stretch.again : first)
    },
  }
}

/**
 * No zone is further than 16 hours from UTC and none changes twice within two days, so the offsets one day before and
 * after the reading, taken as UTC, tell whether a change is near; for 8 hours around the reading that stays true.
 */
const stretchAround = (wall: number, offsetAt: (micros: number) => number): Stretch => {
  const before = offsetAt(wall - day)
  const later = offsetAt(wall + day)
  const near = { from: wall - 8 * hour, to: wall + 8 * hour }
  if (before === later) return { ...near, offset: before }
  const change = changeBetween(wall - day, wall + day, offsetAt)
  const first = change + later
  const last = change + Math.max(before, later)
  if (wall < first) return { from: near.from, to: Math.min(near.to, first), offset: before }
  if (wall < last) return { from: first, to: last, offset: before, again: later }
  return { from: Math.max(near.from, last), to: near.to, offset: later }
}

/** The first whole second in (low, high] at which the offset is not that of `low` any more. */
const changeBetween = (low: number, high: number, offsetAt: (micros: number) => number): number => {
  const old = offsetAt(low)
  let same = Math.floor(low / 1_000_000)
  let other = Math.floor(high / 1_000_000)
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2)
    if (offsetAt(middle * 1_000_000) === old) same = middle
    else other = middle
  }
  return other * 1_000_000
}

/** A function that tells the zone's offset, in microseconds east of UTC, at an instant in microseconds. */
const offsets = (name: string | undefined): ((micros: number) => number) => {
  // The first use of zones costs 20 ms.
  if (name === 'UTC') return () => 0
  const format = new Intl.DateTimeFormat('en-US', {
    ...(name === undefined ? {} : { timeZone: name }),
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  return (micros) => {
    const at = Math.floor(micros / 1_000_000) * 1000
    const shown = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
    const part = (type: Intl.DateTimeFormatPartTypes): number => shown.get(type) ?? 0
    const wall = Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    )
    return (wall - at) * 1000
  }
}
