/** A map of bounded size that lets go of the entry longest unused. */

/** At most `limit` entries; `evicted` counts those that had to go. */
export class RecentMap<Value> {
  readonly #limit: number
  readonly #onEvicted: (value: Value) => void
  readonly #entries = new Map<string, Value>()
  #evicted: number

  /** `evicted` had to go before. */
  constructor(limit: number, onEvicted: (value: Value) => void, evicted = 0) {
    this.#limit = limit
    this.#onEvicted = onEvicted
    this.#evicted = evicted
  }

  get size(): number {
    return this.#entries.size
  }

  get evicted(): number {
    return this.#evicted
  }

  /** Without making it more recently used. */
  peek(key: string): Value | undefined {
    return this.#entries.get(key)
  }

  /** The longest unused first. */
  values(): Iterable<Value> {
    return this.#entries.values()
  }

  /** The value of `key`, made by `create` where there is none; from now on the most recently used. */
  use(key: string, create: () => Value): Value {
    const known = this.#entries.get(key)
    if (known !== undefined) {
      // A map iterates in the order of insertion: this puts the key at its end.
      if (this.#entries.size > 1) {
        this.#entries.delete(key)
        this.#entries.set(key, known)
      }
      return known
    }
    const created = create()
    this.#entries.set(key, created)
    if (this.#entries.size > this.#limit) this.#evictOldest()
    return created
  }

  #evictOldest(): void {
    for (const [key, value] of this.#entries) {
      this.#entries.delete(key)
      this.#evicted++
      this.#onEvicted(value)
      return
    }
  }
}
