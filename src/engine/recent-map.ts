/** A map of bounded size that lets go of the entry longest unused. */

/** At most `limit` entries; `evicted` counts those that had to go. */
export class RecentMap<Value> {
  readonly #limit: number
  readonly #entries = new Map<string, Value>()
  #evicted = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get size(): number {
    return this.#entries.size
  }

  get evicted(): number {
    return this.#evicted
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
    for (const key of this.#entries.keys()) {
      this.#entries.delete(key)
      this.#evicted++
      return
    }
  }
}
