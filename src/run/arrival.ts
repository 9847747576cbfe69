/** When a recorded event comes, by the clock as it was set before it. Pure. */

import type { LogEvent } from '../engine/event.ts'
import { type Instant, instant } from '../engine/time.ts'

/**
 * A clock may have been set between two events of a boot: how much time has passed is then what their monotonic times say.
 * What falls due in between does so by the clock as it was.
 */
export class Arrivals {
  #last: LogEvent | undefined

  /** The time of `event`, which comes after those before. */
  of(event: LogEvent): Instant {
    const last = this.#last
    this.#last = event
    if (last?.monotonic === undefined || last.monotonic.boot !== event.monotonic?.boot) return event.at
    return instant(last.at + event.monotonic.at - last.monotonic.at)
  }
}
