/** Steps through name-value pairs, in text of which each character is a byte, without decoding any. */

export class PairCursor {
  readonly #text: string
  /** Where it is read on. */
  #at = 0
  /** Where the name of the present pair begins. */
  name = 0
  value = 0
  /** Behind the present pair. */
  end = 0

  constructor(text: string) {
    this.#text = text
  }

  /** False where no whole pair follows; the pair stays. */
  next(): boolean {
    if (this.end >= this.#text.length) return false
    this.#at = this.end
    const nameBytes = this.#length()
    const valueBytes = this.#length()
    const end = this.#at + nameBytes + valueBytes
    if (end > this.#text.length) return false
    this.name = this.#at
    this.value = this.#at + nameBytes
    this.end = end
    return true
  }

  /** Reads a length; it is infinite where the bytes end within it. */
  #length(): number {
    if (this.#at >= this.#text.length) return Number.POSITIVE_INFINITY
    const first = this.#text.charCodeAt(this.#at++)
    if (first <= 127) return first
    if (this.#at + 3 > this.#text.length) return Number.POSITIVE_INFINITY
    let length = first & 0x7f
    for (const end = this.#at + 3; this.#at < end; this.#at++)
      length = length * 256 + this.#text.charCodeAt(this.#at)
    return length
  }

  /** Whether the present pair has this name, of ASCII. */
  isNamed(name: string): boolean {
    return this.value - this.name === name.length && this.#text.startsWith(name, this.name)
  }

  /** Whether the present pair has this value, of ASCII. */
  holds(value: string): boolean {
    return this.end - this.value === value.length && this.#text.startsWith(value, this.value)
  }
}
