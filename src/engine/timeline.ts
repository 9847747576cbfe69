/** One time for everything: clocks jump, so the engine counts by the journal's monotonic time wherever there is one. */

import type { TimelineState } from './engine-state.ts'
import type { MonotonicTime } from './event.ts'
import { type Instant, instant } from './time.ts'

/** Boots that are remembered; older ones are met only in logs out of order. */
const bootLimit = 64

interface Stamp {
  readonly at: Instant
  readonly monotonic?: MonotonicTime
}

interface Boot {
  /** Engine time less monotonic time. */
  readonly offset: number
  lastMonotonic: number
  lastAt: Instant
}

interface Anchor {
  readonly at: Instant
  readonly wall: Instant
}

/** What is less is no sign that the clock was set, in µs. */
const roughness = 5_000

/**
 * Engine time is realtime as it was at the first event of each boot, and runs on with the monotonic clock from there: a
 * clock that is set forwards or back makes no window longer or shorter. `skew` is how far realtime has moved away since.
 */
export class Timeline {
  readonly #boots = new Map<string, Boot>()
  #skew = 0

  /** Engine time of what has happened at realtime `at`. */
  timeOf({ at, monotonic }: Stamp): Instant {
    if (monotonic === undefined) return instant(at - this.#skew)
    const boot = this.#bootOf(monotonic.boot, monotonic.at, at)
    // Two entries cannot share a monotonic time and differ in realtime by a second: such a dump says nothing about either.
    const frozen = monotonic.at === boot.lastMonotonic && Math.abs(at - boot.lastAt) >= 1_000_000
    boot.lastMonotonic = monotonic.at
    boot.lastAt = at
    if (frozen) return at
    const time = monotonic.at + boot.offset
    this.#skew = at - time
    return instant(time)
  }

  /**
   * Realtime at engine time `at`, as the clock is set now. Clocks are read one after the other, and ours in milliseconds:
   * by an `anchor`, of which both times are known, it is exact, unless the clock was set since.
   */
  wall(at: Instant, anchor?: Anchor): Instant {
    const wall = instant(at + this.#skew)
    if (anchor === undefined) return wall
    const exact = instant(anchor.wall + at - anchor.at)
    return Math.abs(exact - wall) <= roughness ? exact : wall
  }

  save(): TimelineState {
    return { skew: this.#skew, boots: [...this.#boots].map(([id, boot]) => ({ id, ...boot })) }
  }

  restore({ skew, boots }: TimelineState): void {
    this.#skew = skew
    for (const { id, ...boot } of boots) this.#boots.set(id, boot)
  }

  #bootOf(id: string, monotonicAt: number, at: Instant): Boot {
    const known = this.#boots.get(id)
    if (known !== undefined) return known
    const boot = { offset: at - monotonicAt, lastMonotonic: monotonicAt, lastAt: at }
    this.#boots.set(id, boot)
    if (this.#boots.size > bootLimit) {
      for (const oldest of this.#boots.keys()) {
        this.#boots.delete(oldest)
        break
      }
    }
    return boot
  }
}
