/** Bytes that are gathered from chunks, of which only the first are kept. Pure. */

export class BoundedBytes {
  readonly #limit: number
  #bytes: Buffer = none
  #length = 0
  #cut = false

  /** `limit` in bytes. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Holds what was kept in its first `length` bytes; lent until the next call. */
  get bytes(): Buffer {
    return this.#bytes
  }

  get length(): number {
    return this.#length
  }

  /** There was more than the limit. */
  get cut(): boolean {
    return this.#cut
  }

  append(chunk: Buffer, start: number, end: number): void {
    const size = Math.min(end - start, this.#limit - this.#length)
    if (size < end - start) this.#cut = true
    if (this.#length + size > this.#bytes.length) this.#grow(this.#length + size)
    chunk.copy(this.#bytes, this.#length, start, start + size)
    this.#length += size
  }

  clear(): void {
    if (this.#bytes.length > smallBytes) this.#bytes = none
    this.#length = 0
    this.#cut = false
  }

  #grow(least: number): void {
    const larger = Buffer.allocUnsafe(Math.min(this.#limit, Math.max(smallBytes, 2 * least)))
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
  }
}

/** A buffer of this size is kept for the next time. */
const smallBytes = 4_096
const none = Buffer.alloc(0)
