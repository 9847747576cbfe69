/** Are there `count` different values of a field in a span of `within`? Exact, with at most `count` values kept. */

import type { Instant } from '../time.ts'
import type { Threshold } from './conditions.ts'
import { fieldValue } from './field-value.ts'
import { latestFrom, listFrom, membersOf, savedLatest, sealOf, seenFrom } from './saved.ts'
import type { Sample, Saved, Seen, Showing, Window } from './window.ts'

/** Longest value that is told from another, in UTF-16 units; the rest of a longer one is not looked at. */
const valueLimit = 1_024

/** The value of `field` as it is told from others; absent where the event does not bear it. */
export const distinctValue = (sample: Sample, field: string): string | undefined =>
  fieldValue(sample, field)?.slice(0, valueLimit)

/** A value with its latest event, between its neighbours in time. */
interface Value {
  readonly text: string
  readonly seen: Seen
  older: Value | undefined
  newer: Value | undefined
}

/**
 * A value counts from its latest event on for `within`. Events without the field count for nothing. Late events are put in
 * their place, and the condition is judged as seen from the latest event.
 */
export class DistinctWindow implements Window {
  readonly #condition: Threshold
  readonly #field: string
  #values = new Map<string, Value>()
  #oldest: Value | undefined
  #newest: Value | undefined
  #latest = Number.NEGATIVE_INFINITY

  constructor(condition: Threshold, field: string) {
    this.#condition = condition
    this.#field = field
  }

  add(sample: Sample): void {
    const text = distinctValue(sample, this.#field)
    if (sample.at > this.#latest) this.#latest = sample.at
    if (text !== undefined) this.#see(text, { at: sample.at, evidence: sample.evidence })
  }

  isTrue(at: Instant): boolean {
    const { count, within } = this.#condition
    if (this.#oldest === undefined || this.#values.size < count) return false
    return this.#oldest.seen.at >= Math.max(at, this.#latest) - within
  }

  show(): Showing {
    const from = this.#latest - this.#condition.within
    let count = 0
    let first: Seen | undefined
    for (let value = this.#newest; value !== undefined && value.seen.at >= from; value = value.older) {
      count++
      first = value.seen
    }
    return first === undefined || this.#newest === undefined
      ? { count }
      : { count, first, last: this.#newest.seen }
  }

  latest(limit: number): readonly Seen[] {
    const from = this.#latest - this.#condition.within
    const seen: Seen[] = []
    for (let value = this.#newest; value !== undefined && value.seen.at >= from; value = value.older) {
      if (seen.length === limit) break
      seen.push(value.seen)
    }
    return seen.reverse()
  }

  clear(): void {
    this.#values = new Map()
    this.#oldest = undefined
    this.#newest = undefined
    this.#latest = Number.NEGATIVE_INFINITY
  }

  save(): Saved {
    const values: Saved[] = []
    for (let value = this.#oldest; value !== undefined; value = value.newer) {
      values.push([value.text, value.seen.at, value.seen.evidence])
    }
    return { seal: sealOf(this.#condition), latest: savedLatest(this.#latest), values }
  }

  restore(saved: unknown): boolean {
    const members = membersOf(saved, this.#condition)
    const list = listFrom(members?.get('values'))
    const latest = latestFrom(members?.get('latest'))
    if (list === undefined || latest === undefined || list.length > this.#condition.count) return false
    const values = new Map<string, Seen>()
    let newest = Number.NEGATIVE_INFINITY
    for (const value of list) {
      const [text, at, evidence] = listFrom(value) ?? []
      const seen = seenFrom(at, evidence)
      if (typeof text !== 'string' || text.length > valueLimit) return false
      if (seen === undefined || seen.at < newest || values.has(text)) return false
      values.set(text, seen)
      newest = seen.at
    }
    if (latest < newest) return false
    this.clear()
    this.#latest = latest
    for (const [text, seen] of values) this.#see(text, seen)
    return true
  }

  #see(text: string, seen: Seen): void {
    const known = this.#values.get(text)
    if (known !== undefined) {
      if (seen.at < known.seen.at) return
      this.#forget(known)
    }
    let older = this.#newest
    while (older !== undefined && older.seen.at > seen.at) older = older.older
    const value: Value = { text, seen, older, newer: older === undefined ? this.#oldest : older.newer }
    if (value.older === undefined) this.#oldest = value
    else value.older.newer = value
    if (value.newer === undefined) this.#newest = value
    else value.newer.older = value
    this.#values.set(text, value)
    if (this.#values.size > this.#condition.count && this.#oldest !== undefined) this.#forget(this.#oldest)
  }

  #forget({ text, older, newer }: Value): void {
    if (older === undefined) this.#oldest = newer
    else older.newer = newer
    if (newer === undefined) this.#newest = older
    else newer.older = older
    this.#values.delete(text)
  }
}
