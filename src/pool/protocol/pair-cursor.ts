/** Steps through the bytes of name-value pairs without decoding any. */

export class PairCursor {
  readonly #bytes: Buffer
  readonly #total: number
  /** Where the name of the present pair begins. */
  name = 0
  value = 0
  /** Behind the present pair. */
  end = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
    this.#total = bytes.length
  }

  /** False where no whole pair follows; the cursor stays. */
  next(): boolean {
    const bytes = this.#bytes
    const total = this.#total
    let at = this.end
    if (at >= total) return false
    let nameBytes = bytes[at++] ?? 0
    if (nameBytes > 127) {
      if (at + 3 > total) return false
      nameBytes = bytes.readUInt32BE(at - 1) & 0x7fffffff
      at += 3
    }
    if (at >= total) return false
    let valueBytes = bytes[at++] ?? 0
    if (valueBytes > 127) {
      if (at + 3 > total) return false
      valueBytes = bytes.readUInt32BE(at - 1) & 0x7fffffff
      at += 3
    }
    if (at + nameBytes + valueBytes > total) return false
    this.name = at
    this.value = at + nameBytes
    this.end = this.value + valueBytes
    return true
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
