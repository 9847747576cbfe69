/** The port of all windows: what a rule remembers of one key's events, enough to decide its condition and no more. */

import type { Matchable } from '../../match/matchable.ts'
import type { Instant } from '../time.ts'

/** A matching event as a window takes it. */
export interface Sample {
  readonly at: Instant
  /** Its number in the evidence log. */
  readonly evidence: number
  readonly event: Matchable
  /** Named groups of the rule's match, which go before fields of the same name. */
  readonly captures: ReadonlyMap<string, string>
}

/** An event as a window remembers it. */
export interface Seen {
  readonly at: Instant
  readonly evidence: number
}

/** What a window shows of the events that made its condition true. */
export interface Showing {
  /** Events (of a distinct threshold: values) that count. */
  readonly count: number
  /** The ratio, the aggregate, or how many times the baseline's rate. */
  readonly value?: number
  /** Absent where there was no event at all, as with an absence since the start. */
  readonly first?: Seen
  readonly last?: Seen
}

/** State as JSON, which only the same kind of window with the same settings takes back. */
export type Saved = null | boolean | number | string | readonly Saved[] | { readonly [name: string]: Saved }

export interface Window {
  /** Takes an event at its place in time. */
  add(sample: Sample): void
  /** Whether the condition is true, seen from `at` or from the latest event, whichever is later. */
  isTrue(at: Instant): boolean
  show(): Showing
  /** The latest `limit` of the events that `show` counts, oldest first; none where no more than first and last are kept. */
  latest?(limit: number): readonly Seen[]
  /** The time at which the condition becomes true unless an event prevents it; only of conditions that wait for silence. */
  readonly deadline?: Instant | undefined
  /** Forgets everything; a condition that waits for silence waits from `at` on. */
  clear(at: Instant): void
  save(): Saved
  /** Takes back what `save` returned; false, and nothing changed, where it does not fit. */
  restore(saved: unknown): boolean
}
