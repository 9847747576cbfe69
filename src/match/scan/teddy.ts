/** Lays out literals, and the tables by which the kernel looks for all of them at once, as one piece of memory. Pure. */

export interface LiteralTable {
  /** From address 0 on. */
  readonly bytes: Uint8Array
  /** Address of the six tables of 16 bytes. */
  readonly masks: number
  /** Address of the eight buckets. */
  readonly buckets: number
  /** Address of each literal. */
  readonly places: readonly number[]
}

const bucketCount = 8
const maskBytes = 6 * 16
const entryBytes = 8
/** Bytes of a literal by which it is looked for. */
const fingerprint = 3

export function layOut(literals: readonly Uint8Array[]): LiteralTable {
  const buckets = bucketed(literals)
  const bucketsAt = maskBytes
  const entriesAt = bucketsAt + bucketCount * entryBytes
  const textAt = entriesAt + literals.length * entryBytes
  const bytes = new Uint8Array(textAt + literals.reduce((sum, { length }) => sum + length, 0))
  const view = new DataView(bytes.buffer)

  const places: number[] = []
  let next = textAt
  for (const literal of literals) {
    bytes.set(literal, next)
    places.push(next)
    next += literal.length
  }

  let entry = entriesAt
  buckets.forEach((members, bucket) => {
    view.setInt32(bucketsAt + bucket * entryBytes, entry, true)
    view.setInt32(bucketsAt + bucket * entryBytes + 4, members.length, true)
    for (const member of members) {
      const literal = literals[member] ?? new Uint8Array()
      view.setInt32(entry, places[member] ?? 0, true)
      view.setInt32(entry + 4, literal.length, true)
      entry += entryBytes
      mark(bytes, literal, 1 << bucket)
    }
  })
  return { bytes, masks: 0, buckets: bucketsAt, places }
}

/** Notes in the tables that `literal` is in the bucket of `bit`. Behind a short one anything may stand. */
function mark(masks: Uint8Array, literal: Uint8Array, bit: number): void {
  for (let place = 0; place < fingerprint; place++) {
    const byte = literal[place]
    for (let half = 0; half < 16; half++) {
      const low = place * 32 + half
      if (byte === undefined || (byte & 15) === half) masks[low] = (masks[low] ?? 0) | bit
      const high = low + 16
      if (byte === undefined || byte >> 4 === half) masks[high] = (masks[high] ?? 0) | bit
    }
  }
}

/** Literals that begin alike share a bucket: the fewer beginnings one has, the fewer candidates it lets through. */
function bucketed(literals: readonly Uint8Array[]): readonly (readonly number[])[] {
  const order = [...literals.keys()].sort((a, b) => compare(literals[a], literals[b]))
  const size = Math.ceil(literals.length / bucketCount)
  return Array.from({ length: bucketCount }, (_, bucket) => order.slice(bucket * size, (bucket + 1) * size))
}

function compare(one: Uint8Array = new Uint8Array(), other: Uint8Array = new Uint8Array()): number {
  for (let index = 0; index < fingerprint; index++) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
