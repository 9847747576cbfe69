/** Do events come so many times as often as they used to? */

import type { Instant } from '../time.ts'
import type { Spike } from './conditions.ts'
import { instantFrom, latestFrom, membersOf, savedLatest, sealOf } from './saved.ts'
import { SpanRing } from './span-ring.ts'
import type { Sample, Saved, Seen, Showing, Window } from './window.ts'

/**
 * Seen from T, the events after T − `within` up to and including T are compared with those after T − `within` − `baseline`
 * up to and including T − `within`: one exactly on the border belongs to the baseline. The condition is not judged before
 * the whole baseline has been observed, since `start` or the last `clear`. A baseline without events has the rate 0, which
 * any `min` events exceed. Exact up to `limit` events; past that as `SpanRing` says.
 */
export class SpikeWindow implements Window {
  readonly #condition: Spike
  readonly #limit: number
  #since: Instant
  #ring: SpanRing
  #latest = Number.NEGATIVE_INFINITY

  constructor(condition: Spike, start: Instant, limit = 20_000) {
    this.#condition = condition
    this.#limit = limit
    this.#since = start
    this.#ring = this.#newRing()
  }

  add({ at, evidence }: Sample): void {
    const { within, baseline } = this.#condition
    this.#latest = Math.max(this.#latest, at)
    const from = this.#latest - within - baseline + 1
    this.#ring.dropOldest(this.#ring.rowFrom(from))
    if (at < from) return
    if (this.#ring.size >= this.#limit) this.#ring.compact()
    this.#ring.add(at, evidence, 0)
  }

  isTrue(at: Instant): boolean {
    const { factor, within, baseline, min } = this.#condition
    const now = Math.max(at, this.#latest)
    if (this.#since > now - within - baseline) return false
    const { recent, before } = this.#countsAt(now)
    // Cross-multiplied, because a quotient would be rounded.
    return recent >= Math.max(1, min) && recent * baseline > factor * before * within
  }

  /** `value` is absent when the baseline has no events. */
  show(): Showing {
    const { within, baseline } = this.#condition
    const { recent, before, row } = this.#countsAt(this.#latest)
    if (recent === 0) return { count: 0 }
    const seen = {
      count: recent,
      first: this.#ring.seenAt(row),
      last: this.#ring.seenAt(this.#ring.size - 1),
    }
    return before === 0 ? seen : { ...seen, value: (recent * baseline) / (before * within) }
  }

  latest(limit: number): readonly Seen[] {
    return this.#ring.latestFrom(this.#countsAt(this.#latest).row, limit)
  }

  clear(at: Instant): void {
    this.#ring = this.#newRing()
    this.#since = at
    this.#latest = Number.NEGATIVE_INFINITY
  }

  save(): Saved {
    return {
      seal: sealOf(this.#condition),
      since: this.#since,
      latest: savedLatest(this.#latest),
      events: this.#ring.save(),
    }
  }

  restore(saved: unknown): boolean {
    const members = membersOf(saved, this.#condition)
    const since = instantFrom(members?.get('since'))
    const latest = latestFrom(members?.get('latest'))
    const ring = this.#newRing().restored(members?.get('events'))
    if (since === undefined || latest === undefined || ring === undefined) return false
    if (ring.size > 0 && ring.timeAt(ring.size - 1) > latest) return false
    this.#since = since
    this.#latest = latest
    this.#ring = ring
    return true
  }

  /** Events within the span and in the baseline before it, and the row of the span's first. */
  #countsAt(now: number) {
    const row = this.#ring.rowFrom(now - this.#condition.within + 1)
    const recent = this.#ring.countFrom(row)
    const all = this.#ring.countFrom(
      this.#ring.rowFrom(now - this.#condition.within - this.#condition.baseline + 1),
    )
    return { recent, before: all - recent, row }
  }

  #newRing(): SpanRing {
    return new SpanRing(this.#limit, () => 0)
  }
}
