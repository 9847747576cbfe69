/** The replay driver: feeds the same engine with recorded events, by their own time, and acts on nothing. */

import type { Decision } from '../engine/decision.ts'
import type { Engine } from '../engine/engine.ts'
import type { Input, Outcome } from '../engine/input.ts'
import { after, type Instant } from '../engine/time.ts'
import type { Batch, SourceNotice } from '../sources/source.ts'
import { Arrivals } from './arrival.ts'
import { isLoss } from './loss.ts'
import { type OutputObserver, observe } from './reporter.ts'

/** What a replay tells while it runs, in the order of the log. */
export interface ReplayObserver extends OutputObserver {
  notice(notice: SourceNotice): void
}

export interface ReplayTotals {
  /** Events that some source of the rule file selects. */
  readonly events: number
  /** The earliest and the latest time among them. */
  readonly first: Instant | undefined
  readonly last: Instant | undefined
}

/**
 * Replays `batches` through `engine`. The one thing that a log does not say is assumed: every action succeeds at once.
 */
export async function replay(
  engine: Engine,
  batches: AsyncIterable<Batch>,
  observer: ReplayObserver,
): Promise<ReplayTotals> {
  let events = 0
  let first: Instant | undefined
  let last: Instant | undefined

  const handle = (input: Input): void => {
    for (const output of engine.handle(input)) {
      observe(observer, output)
      if (output.kind === 'act') handle(assumedOutcome(output))
    }
  }

  const arrivals = new Arrivals()
  /** What falls due up to `at` does so one after the other, as it would live: actions end before the next is decided. */
  const passTo = (at: Instant): void => {
    let due = engine.nextDeadline()
    while (due !== undefined && due <= at) {
      handle({ kind: 'tick', at: due })
      const next = engine.nextDeadline()
      if (next === due) return
      due = next
    }
  }

  for await (const batch of batches) {
    for (const notice of batch.notices) {
      observer.notice(notice)
      // It says what is missing among the events in hand: time does not pass by it.
      const now = engine.now()
      if (now !== undefined && isLoss(notice)) handle({ kind: 'gap', at: now, sources: notice.sources })
    }
    events += batch.skipped ?? 0
    for (const event of batch.events) {
      events++
      if (first === undefined || event.at < first) first = event.at
      if (last === undefined || event.at > last) last = event.at
      passTo(arrivals.of(event))
      handle(event)
    }
  }
  // What was due by the log's end is settled when no event that is late could still prevent it.
  const now = engine.now()
  if (now !== undefined) {
    const end = after(now, engine.lateness)
    passTo(end)
    handle({ kind: 'tick', at: end })
  }
  return { events, first, last }
}

const assumedOutcome = (decision: Decision): Outcome => ({
  kind: 'outcome',
  at: decision.at,
  decision: decision.id,
  attempts: decision.actions.map((action) => ({ action, result: 'done' })),
})
