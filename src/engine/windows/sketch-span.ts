/** Percentiles of a sliding span with more values than are kept one by one: a DDSketch of each of its parts. */

import type { Duration, Instant } from '../time.ts'
import { countFrom, instantFrom, listFrom, numbersFrom, seenFrom } from './saved.ts'
import { rankOf } from './summary.ts'
import { binCount, binOf, binValue } from './value-bins.ts'
import type { Values } from './value-span.ts'
import type { Saved, Seen } from './window.ts'

const partsOfSpan = 64

/** The values of one part of time; `index` counts such parts since the epoch. */
interface Part {
  readonly index: number
  readonly bins: Uint32Array
  count: number
  first: Seen
  last: Seen
}

/**
 * Relative error of a percentile at most 1 % (for sizes from 10⁻⁹ to 10¹⁵). A value counts until the part of the span it
 * lies in has left wholly, up to 1/64 of the span too long. Takes about 1.5 MB, however many values there are.
 */
export class SketchSpan implements Values {
  readonly #percent: number
  readonly #within: Duration
  readonly #partLength: number
  /** Live parts in order of time. */
  #parts: Part[] = []
  /** The first part that is looked at: this one and all later ones are in the totals. */
  #from = 0
  readonly #totals = new Float64Array(binCount)
  #count = 0

  constructor(percent: number, within: Duration) {
    this.#percent = percent
    this.#within = within
    this.#partLength = Math.max(1, Math.ceil(within / partsOfSpan))
  }

  get count(): number {
    return this.#count
  }

  get result(): number {
    let missing = rankOf(this.#percent, this.#count)
    for (let bin = 0; bin < binCount; bin++) {
      missing -= this.#totals[bin] ?? 0
      if (missing <= 0) return binValue(bin)
    }
    return Number.NaN
  }

  get first(): Seen | undefined {
    return this.#parts[this.#from]?.first
  }

  get last(): Seen | undefined {
    return this.#from < this.#parts.length ? this.#parts.at(-1)?.last : undefined
  }

  compare(limit: number): number {
    return Math.sign(this.result - limit)
  }

  add(at: Instant, evidence: number, value: number): void {
    const seen = { at, evidence }
    const index = this.#indexOf(at)
    let place = this.#parts.length
    while (place > 0 && (this.#parts[place - 1]?.index ?? 0) >= index) place--
    let part = this.#parts[place]
    if (part === undefined || part.index !== index) {
      part = { index, bins: new Uint32Array(binCount), count: 0, first: seen, last: seen }
      this.#parts.splice(place, 0, part)
      if (place < this.#from) this.#from++
    }
    if (at < part.first.at) part.first = seen
    if (at >= part.last.at) part.last = seen
    const bin = binOf(value)
    part.bins[bin] = (part.bins[bin] ?? 0) + 1
    part.count++
    if (place < this.#from) return
    this.#totals[bin] = (this.#totals[bin] ?? 0) + 1
    this.#count++
  }

  lookFrom(time: number): void {
    const first = this.#indexOf(time)
    while ((this.#parts[this.#from]?.index ?? first) < first) this.#sum(this.#parts[this.#from++], -1)
    while ((this.#parts[this.#from - 1]?.index ?? Number.NaN) >= first)
      this.#sum(this.#parts[--this.#from], 1)
  }

  forgetBefore(time: number): void {
    this.lookFrom(time)
    this.#parts.splice(0, this.#from)
    this.#from = 0
  }

  save(): Saved {
    return this.#parts.map(({ index, bins, first, last }) => [
      [index, first.at, first.evidence, last.at, last.evidence],
      Array.from(bins).flatMap((count, bin) => (count === 0 ? [] : [bin, count])),
    ])
  }

  /** A span as this one with what `save` returned; undefined where that was something else. */
  restored(saved: unknown): SketchSpan | undefined {
    const span = new SketchSpan(this.#percent, this.#within)
    const list = listFrom(saved)
    // A part more than the span has, because it seldom begins where a part does.
    if (list === undefined || list.length > partsOfSpan + 1) return undefined
    for (const item of list) {
      const part = span.#partFrom(item)
      if (part === undefined || part.index <= (span.#parts.at(-1)?.index ?? Number.NEGATIVE_INFINITY))
        return undefined
      span.#parts.push(part)
    }
    span.#from = span.#parts.length
    span.lookFrom(Number.NEGATIVE_INFINITY)
    return span
  }

  #indexOf(time: number): number {
    return Math.floor(time / this.#partLength)
  }

  #partFrom(saved: unknown): Part | undefined {
    const [head, pairs] = listFrom(saved) ?? []
    const [number, firstAt, firstEvidence, lastAt, lastEvidence] = listFrom(head) ?? []
    const index = instantFrom(number)
    const first = seenFrom(firstAt, firstEvidence)
    const last = seenFrom(lastAt, lastEvidence)
    const rows = numbersFrom(pairs, 2, binCount)
    if (index === undefined || first === undefined || last === undefined || rows === undefined)
      return undefined
    if (first.at > last.at || this.#indexOf(first.at) !== index || this.#indexOf(last.at) !== index)
      return undefined
    const bins = new Uint32Array(binCount)
    let total = 0
    for (const [bin, events] of rows) {
      const count = countFrom(events, 1)
      if (bin === undefined || bins[bin] !== 0 || count === undefined || count > 0xffffffff) return undefined
      bins[bin] = count
      total += count
    }
    return total === 0 ? undefined : { index, bins, count: total, first, last }
  }

  #sum(part: Part | undefined, sign: 1 | -1): void {
    if (part === undefined) return
    for (let bin = 0; bin < binCount; bin++) {
      const count = part.bins[bin] ?? 0
      if (count !== 0) this.#totals[bin] = (this.#totals[bin] ?? 0) + sign * count
    }
    this.#count += sign * part.count
  }
}
