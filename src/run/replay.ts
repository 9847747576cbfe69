/** The replay driver: feeds the same engine with recorded events, by their own time, and acts on nothing. */

import type { Engine } from '../engine/engine.ts'
import type { Input } from '../engine/input.ts'
import { after, type Instant } from '../engine/time.ts'
import type { Batch, SourceNotice } from '../sources/source.ts'
import { Arrivals } from './arrival.ts'
import { AssumedOutcomes, type Assumptions } from './assumptions.ts'
import { isLoss } from './loss.ts'
import { type OutputObserver, observe } from './reporter.ts'
import type { RecordedUnits } from './units/recorded-units.ts'

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

export interface ReplayOptions {
  /** What is known of the units; absent: nothing. */
  readonly units?: RecordedUnits
  /** What a log does not say; unless told otherwise, every action succeeds at once. */
  readonly assumptions?: Assumptions
  /** Reads no further than what is needed to know all up to this time. */
  readonly until?: Instant
}

/** Replays `batches` through `engine`, by the time of the log alone. */
export async function replay(
  engine: Engine,
  batches: AsyncIterable<Batch>,
  observer: ReplayObserver,
  { assumptions = {}, until, units }: ReplayOptions = {},
): Promise<ReplayTotals> {
  const assumed = new AssumedOutcomes(assumptions)
  const end = until === undefined ? undefined : after(until, engine.lateness)
  let events = 0
  let first: Instant | undefined
  let last: Instant | undefined

  const handle = (input: Input): void => {
    for (const output of engine.handle(input)) {
      observe(observer, output)
      if (output.kind !== 'act') continue
      // A silence is found out late, and acted upon then.
      const now = input.kind === 'tick' ? input.at : output.at
      if (units?.foresees(output, now) === true) continue
      for (const outcome of assumed.of(output, now)) handle(outcome)
    }
  }

  const arrivals = new Arrivals()
  /** What falls due up to `at` does so one after the other, as it would live: actions end before the next is decided. */
  const passTo = (at: Instant): void => {
    for (;;) {
      const due = engine.nextDeadline()
      const told = units?.next
      const outcome = assumed.next
      if (told !== undefined && told <= at && told <= Math.min(due ?? told, outcome ?? told)) {
        for (const input of units?.take() ?? []) handle(input)
      } else if (outcome !== undefined && outcome <= at && (due === undefined || outcome <= due)) {
        for (const input of assumed.take()) handle(input)
      } else {
        if (due === undefined || due > at) return
        handle({ kind: 'tick', at: due })
        if (engine.nextDeadline() === due) return
      }
    }
  }

  for await (const batch of units?.read(batches) ?? batches) {
    for (const notice of batch.notices) {
      observer.notice(notice)
      // It says what is missing among the events in hand: time does not pass by it.
      const now = engine.now()
      if (now !== undefined && isLoss(notice)) handle({ kind: 'gap', at: now, sources: notice.sources })
    }
    events += batch.skipped ?? 0
    for (const event of batch.events) {
      const arrival = arrivals.of(event)
      if (end !== undefined && arrival > end) {
        passTo(end)
        return { events, first, last }
      }
      events++
      if (first === undefined) for (const input of units?.begin(event.at) ?? []) handle(input)
      if (first === undefined || event.at < first) first = event.at
      if (last === undefined || event.at > last) last = event.at
      passTo(arrival)
      handle(event)
    }
  }
  // What was due by the log's end is settled when no event that is late could still prevent it.
  const now = engine.now()
  if (now !== undefined) {
    const over = after(now, engine.lateness)
    passTo(over)
    handle({ kind: 'tick', at: over })
  }
  return { events, first, last }
}
