/** Texts of the events in the windows, so that a decision can be explained; bounded for all windows together. */

import type { Evidence } from './decision.ts'
import type { EvidenceState } from './engine-state.ts'
import type { LogEvent } from './event.ts'
import { type Instant, span } from './time.ts'

/** Longest text kept of one event, in UTF-16 units. */
const textLimit = 4_096
/** Cost of an entry besides its strings, in bytes, roughly. */
const entryBytes = 200

/**
 * Keeps the events of the last `span`, and at most twice that, as far as they fit into `limitBytes`; the oldest are forgotten first,
 * whatever window they are in.
 */
export class EvidenceLog {
  readonly #limitBytes: number
  readonly #span: number
  readonly #events = new Map<number, Evidence>()
  #bytes = 0
  #next = 0
  /** No number below it is kept. */
  #oldest = 0
  /** What came before `turn` is forgotten at the next turn, a span after `turnedAt`. */
  #turn = 0
  #turnedAt: Instant | undefined

  /** `span`: in µs, may be infinite. */
  constructor(limitBytes: number, span: number) {
    this.#limitBytes = limitBytes
    this.#span = span
  }

  /** The latest ones, as far as they fit into `limitBytes`. */
  save(limitBytes: number): EvidenceState {
    const events: { number: number; evidence: Evidence }[] = []
    let bytes = 0
    for (let number = this.#next - 1; ; number--) {
      const evidence = this.#events.get(number)
      if (evidence === undefined) break
      bytes += sizeOf(evidence)
      if (bytes > limitBytes) break
      events.push({ number, evidence })
    }
    return {
      next: this.#next,
      turn: this.#turn,
      ...(this.#turnedAt === undefined ? {} : { turnedAt: this.#turnedAt }),
      events: events.reverse(),
    }
  }

  restore({ next, turn = next, turnedAt, events }: EvidenceState): void {
    this.#next = next
    this.#turn = turn
    this.#turnedAt = turnedAt
    this.#oldest = events[0]?.number ?? next
    for (const { number, evidence } of events) {
      this.#events.set(number, evidence)
      this.#bytes += sizeOf(evidence)
    }
  }

  /** Keeps `event`, which comes at `now`, and returns its number, by which it can be asked for. */
  add(event: LogEvent, now: Instant): number {
    this.#turnedAt ??= now
    if (span(this.#turnedAt, now) > this.#span) {
      while (this.#oldest < this.#turn) this.#forgetOldest()
      this.#turn = this.#next
      this.#turnedAt = now
    }
    const text = event.text.length > textLimit ? event.text.slice(0, textLimit) : event.text
    const evidence = { at: event.at, text, source: event.source, position: event.position }
    this.#events.set(this.#next, evidence)
    this.#bytes += sizeOf(evidence)
    this.#next++
    while (this.#bytes > this.#limitBytes) this.#forgetOldest()
    return this.#next - 1
  }

  #forgetOldest(): void {
    const evidence = this.#events.get(this.#oldest)
    // By its number: a map that is emptied from its front is slow to say what stands there.
    this.#events.delete(this.#oldest++)
    if (evidence !== undefined) this.#bytes -= sizeOf(evidence)
  }

  /** The event of that number, or its time alone when it was forgotten. */
  get(number: number, at: Instant): Evidence {
    return this.#events.get(number) ?? { at }
  }
}

const sizeOf = ({ text = '', position = '' }: Evidence): number => entryBytes + text.length + position.length
