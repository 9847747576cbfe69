/** Where the events that a threshold counts are close enough together. Pure. */

import type { Instant } from '../engine/time.ts'
import type { Threshold } from '../engine/windows/conditions.ts'

/** Events that count together, in the order of their times. */
export interface Run {
  /** Where their times stand. */
  readonly places: number[]
  /** Of each event the value that is counted, as a number; none where it is events that are counted. */
  readonly values: number[]
}

/**
 * Sets `ends` at each place in `times` to where the earliest run ends that begins there or later; to the number of times where
 * there is none. A run is as many events as the condition counts, one after the other, in its window.
 */
export function fillEnds(
  ends: Int32Array,
  times: readonly Instant[],
  runs: readonly Run[],
  condition: Threshold,
): void {
  ends.fill(times.length)
  const { count, within, distinct } = condition
  const note = (start: number, end: number): void => {
    const isRun = (times[end] ?? 0) - (times[start] ?? 0) <= within
    if (isRun && end < (ends[start] ?? 0)) ends[start] = end
  }
  for (const { places, values } of runs) {
    if (distinct === undefined) {
      for (let last = count - 1; last < places.length; last++)
        note(places[last - count + 1] ?? 0, places[last] ?? 0)
    } else shortestRuns(values, count, (first, last) => note(places[first] ?? 0, places[last] ?? 0))
  }
  for (let place = ends.length - 2; place >= 0; place--) {
    ends[place] = Math.min(ends[place] ?? 0, ends[place + 1] ?? 0)
  }
}

/** For each event that is the last of `count` different values the shortest stretch that holds so many. */
function shortestRuns(
  values: readonly number[],
  count: number,
  found: (first: number, last: number) => void,
): void {
  const times = new Map<number, number>()
  let first = 0
  for (const [last, value] of values.entries()) {
    times.set(value, (times.get(value) ?? 0) + 1)
    for (;;) {
      const oldest = values[first] ?? 0
      const more = (times.get(oldest) ?? 0) - 1
      if (more === 0 && times.size <= count) break
      if (more === 0) times.delete(oldest)
      else times.set(oldest, more)
      first++
    }
    if (times.size === count) found(first, last)
  }
}
