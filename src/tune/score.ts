/** What actions were worth: which known incidents they would have caught, missed, or invented. Pure. */

import { type Duration, type Instant, microseconds } from '../engine/time.ts'
import type { Incident, Score } from '../report/tuning.ts'

/**
 * An action is of the first incident in whose time it lies, or that begins no more than `lead` after it: people notice late.
 */
export function scoreOf(
  actions: readonly Instant[],
  incidents: readonly Incident[],
  lead: Duration = microseconds(0),
): Score {
  const caught = incidents.map((): Instant | undefined => undefined)
  let invented = 0
  let repeated = 0
  for (const at of actions) {
    const index = incidents.findIndex(({ from, until }) => at >= from - lead && at <= until)
    if (index < 0) invented++
    else if (caught[index] === undefined) caught[index] = at
    else repeated++
  }
  const delays = incidents.flatMap(({ reference }, index) => {
    const at = caught[index]
    return at === undefined ? [] : [at - reference]
  })
  const delay = median(delays)
  return { caught, invented, repeated, ...(delay === undefined ? {} : { delay }) }
}

/** The lower one of two in the middle. */
const median = (values: readonly number[]): number | undefined =>
  [...values].sort((one, other) => one - other)[Math.floor((values.length - 1) / 2)]
