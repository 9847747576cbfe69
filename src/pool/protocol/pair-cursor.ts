/** Steps through the bytes of name-value pairs without decoding any. */

export class PairCursor {
  readonly #bytes: Buffer
  readonly #total: number
  /** Where it is read on. */
  #at = 0
  /** Where the name of the present pair begins. */
  name = 0
  value = 0
  /** Behind the present pair. */
  end = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
    this.#total = bytes.length
  }

  /** False where no whole pair follows; the pair stays. */
  next(): boolean {
    if (this.end >= this.#total) return false
    this.#at = this.end
    const nameBytes = this.#length()
    const valueBytes = this.#length()
    if (this.#at + nameBytes + valueBytes > this.#total) return false
    this.name = this.#at
    this.value = this.name + nameBytes
    this.end = this.value + valueBytes
    return true
  }

  /** Reads a length; it is infinite where the bytes end within it. */
  #length(): number {
    const first = this.#at < this.#total ? (this.#bytes[this.#at++] ?? 0) : Number.POSITIVE_INFINITY
    if (first <= 127) return first
    if (this.#at + 3 > this.#total) return Number.POSITIVE_INFINITY
    this.#at += 3
    return this.#bytes.readUInt32BE(this.#at - 4) & 0x7fffffff
  }

  /** Whether the present pair has this name, of ASCII. */
  isNamed(name: string): boolean {
    return this.value - this.name === name.length && this.#isAt(this.name, name)
  }

  /** Whether the present pair has this value, of ASCII. */
  holds(value: string): boolean {
    return this.end - this.value === value.length && this.#isAt(this.value, value)
  }

  #isAt(offset: number, text: string): boolean {
    for (let index = 0; index < text.length; index++) {
      if (this.#bytes[offset + index] !== text.charCodeAt(index)) return false
    }
    return true
  }
}
