/** Any number of samples in bounded memory: those closest together in time are merged when there are too many. Pure. */

import type { Instant } from '../../engine/time.ts'

/** A line of the log, as a report shows it. */
export interface Line {
  readonly at: Instant
  readonly text: string
}

/** A matching event and what the window came to by it. */
export interface Sample {
  readonly at: Instant
  readonly text: string
  /** Absent for an event that did not enter the window. */
  readonly fill: number | undefined
}

/** Events that follow each other; with few events, each of them. */
export interface Bucket {
  /** The earliest and the latest time among them. */
  from: Instant
  to: Instant
  /** Events that entered the window, and ones that were ignored or came too late. */
  counted: number
  ignored: number
  /** The least and the greatest fill, and the last one; absent where nothing entered the window. */
  fill?: { min: number; max: number; last: number }
  /** The first few. */
  lines: readonly Line[]
}

const linesPerBucket = 3
/** Longest text shown of a line, in UTF-16 units. */
const textLimit = 240

/** Keeps between half of `limit` buckets and `limit`, once there are so many events. */
export class Buckets {
  readonly #limit: number
  #buckets: Bucket[] = []
  /** Buckets that are no longer than this together are one. */
  #width = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** In the order of their times. */
  get all(): readonly Bucket[] {
    return this.#buckets.toSorted((one, other) => one.from - other.from)
  }

  /** Adds samples in the order in which they come, which is nearly that of their times. */
  add(sample: Sample): void {
    const last = this.#buckets.at(-1)
    if (last !== undefined && this.#width > 0 && lengthOf(last, sample.at, sample.at) <= this.#width) {
      addTo(last, sample)
      return
    }
    this.#buckets.push(bucketOf(sample))
    while (this.#buckets.length > this.#limit) this.#merge()
  }

  #merge(): void {
    this.#width = Math.max(1, this.#width * 2)
    const merged: Bucket[] = []
    for (const bucket of this.#buckets) {
      const last = merged.at(-1)
      if (last !== undefined && lengthOf(last, bucket.from, bucket.to) <= this.#width) join(last, bucket)
      else merged.push(bucket)
    }
    this.#buckets = merged
  }
}

const lengthOf = ({ from, to }: Bucket, otherFrom: number, otherTo: number): number =>
  Math.max(to, otherTo) - Math.min(from, otherFrom)

function bucketOf({ at, text, fill }: Sample): Bucket {
  const isCounted = fill !== undefined
  return {
    from: at,
    to: at,
    counted: isCounted ? 1 : 0,
    ignored: isCounted ? 0 : 1,
    ...(isCounted ? { fill: { min: fill, max: fill, last: fill } } : {}),
    lines: [lineOf(at, text)],
  }
}

function addTo(bucket: Bucket, { at, text, fill }: Sample): void {
  if (at < bucket.from) bucket.from = at
  if (at > bucket.to) bucket.to = at
  if (fill === undefined) bucket.ignored++
  else {
    bucket.counted++
    if (bucket.fill === undefined) bucket.fill = { min: fill, max: fill, last: fill }
    else {
      if (fill < bucket.fill.min) bucket.fill.min = fill
      if (fill > bucket.fill.max) bucket.fill.max = fill
      bucket.fill.last = fill
    }
  }
  if (bucket.lines.length < linesPerBucket) bucket.lines = [...bucket.lines, lineOf(at, text)]
}

function join(into: Bucket, bucket: Bucket): void {
  if (bucket.from < into.from) into.from = bucket.from
  if (bucket.to > into.to) into.to = bucket.to
  into.counted += bucket.counted
  into.ignored += bucket.ignored
  if (bucket.fill !== undefined) {
    const { min, max, last } = bucket.fill
    into.fill =
      into.fill === undefined
        ? bucket.fill
        : { min: Math.min(into.fill.min, min), max: Math.max(into.fill.max, max), last }
  }
  if (into.lines.length < linesPerBucket)
    into.lines = [...into.lines, ...bucket.lines].slice(0, linesPerBucket)
}

/** A copy, because a slice of a text would keep all of that in memory. */
export const lineOf = (at: Instant, text: string): Line => ({
  at,
  text: Buffer.from(text.slice(0, textLimit), 'utf16le').toString('utf16le'),
})
