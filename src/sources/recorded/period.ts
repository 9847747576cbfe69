/** The part of recorded logs that is replayed. */

import type { Instant } from '../../engine/time.ts'
import { unitMessageSource } from '../../platform/systemd/unit-message.ts'
import type { Batch } from '../source.ts'

/** Both ends belong to it; without one it reaches as far as the logs. */
export interface Period {
  readonly since?: Instant | undefined
  readonly until?: Instant | undefined
}

/** Leaves out events before and after; how units were before is still of use. */
export function within(batches: AsyncIterable<Batch>, period: Period): AsyncIterable<Batch> {
  return period.since === undefined && period.until === undefined ? batches : cutToPeriod(batches, period)
}

async function* cutToPeriod(
  batches: AsyncIterable<Batch>,
  { since, until }: Period,
): AsyncGenerator<Batch, void, undefined> {
  for await (const batch of batches) {
    const events = batch.events.filter(
      ({ at, source }) =>
        (since === undefined || at >= since || source === unitMessageSource) &&
        (until === undefined || at <= until),
    )
    yield { ...batch, events }
  }
}
