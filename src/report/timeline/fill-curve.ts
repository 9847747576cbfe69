/** The fill of a window over time as a curve: what is between the events, too. Pure. */

import type { Instant } from '../../engine/time.ts'
import { spanOf } from '../../engine/windows/condition-span.ts'
import type { Bucket } from './buckets.ts'
import type { RuleHistory } from './rule-timeline.ts'

/** At `at` the fill lay between `low` and `high`; between two points it is what a straight line says. */
export interface CurvePoint {
  readonly at: number
  readonly low: number
  readonly high: number
}

/**
 * A window stays as full as its last event made it until an event comes, an action empties it, or it is over; a silence
 * grows until an event ends it. Where events were merged, only the least and the greatest fill are known.
 */
export function fillCurve(history: RuleHistory): readonly CurvePoint[] {
  const { rule, gauge, buckets, marks, shades } = history
  const isSilence = rule.condition.kind === 'absence'
  const span = spanOf(rule.condition)
  const points: CurvePoint[] = []
  const put = (at: number, low: number, high = low): void => {
    points.push({ at, low, high })
  }
  const emptied = [
    ...shades.map(({ from }) => from),
    ...marks.flatMap(({ decision }) => (decision.kind === 'act' ? [decision.at] : [])),
  ].sort((one, other) => one - other)
  const counted = buckets.flatMap((bucket) =>
    bucket.fill === undefined ? [] : [{ ...bucket, fill: bucket.fill }],
  )
  const firstEmptied = firstAfter(emptied)

  counted.forEach((bucket, index) => {
    const { from, to, fill } = bucket
    const next: Bucket | undefined = counted[index + 1]
    if (isSilence) {
      put(from, 0, fill.max)
      put(to, 0, to === from ? fill.max : 0)
      put(to, 0)
      const end = firstEmptied(to, next?.from)
      if (end !== undefined) {
        put(end, 0, Math.min(gauge.limit, end - to))
        put(end, 0)
      }
      return
    }
    put(from, points.at(-1)?.high ?? 0)
    put(from, fill.min, fill.max)
    put(to, fill.min, fill.max)
    put(to, fill.last)
    const over = to + span
    const end = Math.min(firstEmptied(to, next?.from) ?? over, over)
    if (next !== undefined && next.from <= end) return
    put(end, fill.last)
    put(end, 0)
  })
  return points
}

/** The first of `times` that is not before `from` and before `until`. */
function firstAfter(times: readonly Instant[]) {
  let next = 0
  return (from: number, until: number | undefined): number | undefined => {
    while (next < times.length && (times[next] ?? 0) < from) next++
    const time = times[next]
    return time !== undefined && (until === undefined || time < until) ? time : undefined
  }
}
