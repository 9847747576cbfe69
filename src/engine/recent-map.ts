/** A map of bounded size that lets go of the entry longest unused. */

interface Entry<Value> {
  readonly key: string
  readonly value: Value
  older: Entry<Value> | undefined
  newer: Entry<Value> | undefined
}

/**
 * At most `limit` entries; `evicted` counts those that had to go. The entries are linked by their use, since a map whose
 * first entries are deleted again and again is slow to say which is the first.
 */
export class RecentMap<Value> {
  readonly #limit: number
  readonly #onEvicted: (value: Value) => void
  readonly #entries = new Map<string, Entry<Value>>()
  #oldest: Entry<Value> | undefined
  #newest: Entry<Value> | undefined
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
    return this.#entries.get(key)?.value
  }

  /** The longest unused first. */
  *values(): Generator<Value> {
    for (let entry = this.#oldest; entry !== undefined; entry = entry.newer) yield entry.value
  }

  /** The value of `key`, made by `create` where there is none; from now on the most recently used. */
  use(key: string, create: () => Value): Value {
    const known = this.#entries.get(key)
    if (known !== undefined) {
      if (known !== this.#newest) {
        this.#unlink(known)
        this.#append(known)
      }
      return known.value
    }
    const entry: Entry<Value> = { key, value: create(), older: undefined, newer: undefined }
    this.#entries.set(key, entry)
    this.#append(entry)
    if (this.#entries.size > this.#limit) this.#evictOldest()
    return entry.value
  }

  #evictOldest(): void {
    const oldest = this.#oldest
    if (oldest === undefined) return
    this.#unlink(oldest)
    this.#entries.delete(oldest.key)
    this.#evicted++
    this.#onEvicted(oldest.value)
  }

  #append(entry: Entry<Value>): void {
    entry.older = this.#newest
    entry.newer = undefined
    if (this.#newest === undefined) this.#oldest = entry
    else this.#newest.newer = entry
    this.#newest = entry
  }

  #unlink({ older, newer }: Entry<Value>): void {
    if (older === undefined) this.#oldest = newer
    else older.newer = newer
    if (newer === undefined) this.#newest = older
    else newer.older = older
  }
}
