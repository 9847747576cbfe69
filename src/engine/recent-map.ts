/** A map of bounded size that lets go of the value longest unused. */

/** A value's neighbours in the order of use, kept by the map in the value itself: there may be a hundred thousand. */
export interface Linked<Value> {
  older: Value | undefined
  newer: Value | undefined
}

/** What the map must know of its values. */
export interface Holding<Value> {
  readonly idOf: (value: Value) => string
  /** It had to go. */
  readonly onEvicted: (value: Value) => void
  /** A new one would be as good: it may be forgotten, and nothing is lost. */
  readonly isSpent: (value: Value) => boolean
}

/** So many values are forgotten at most when one comes. */
const mostForgotten = 2

/**
 * At most `limit` values; `evicted` counts those that had to go. The values are linked by their use, since a map whose
 * first entries are deleted again and again is slow to say which is the first.
 */
export class RecentMap<Value extends Linked<Value>> {
  readonly #limit: number
  readonly #idOf: (value: Value) => string
  readonly #onEvicted: (value: Value) => void
  readonly #isSpent: (value: Value) => boolean
  readonly #values = new Map<string, Value>()
  #oldest: Value | undefined
  #newest: Value | undefined
  #evicted: number

  /** `evicted` had to go before. */
  constructor(limit: number, { idOf, onEvicted, isSpent }: Holding<Value>, evicted = 0) {
    this.#limit = limit
    this.#idOf = idOf
    this.#onEvicted = onEvicted
    this.#isSpent = isSpent
    this.#evicted = evicted
  }

  get size(): number {
    return this.#values.size
  }

  get evicted(): number {
    return this.#evicted
  }

  /** Without making it more recently used. */
  peek(id: string): Value | undefined {
    return this.#values.get(id)
  }

  /** The longest unused first. */
  *values(): Generator<Value> {
    for (let value = this.#oldest; value !== undefined; value = value.newer) yield value
  }

  /** The `most` values that were used last, the latest first. */
  latest(most: number): readonly Value[] {
    const values: Value[] = []
    for (let value = this.#newest; value !== undefined && values.length < most; value = value.older)
      values.push(value)
    return values
  }

  /** The value of `id`, made by `create` where there is none; from now on the most recently used. */
  use(id: string, create: () => Value): Value {
    const known = this.#values.get(id)
    if (known !== undefined) {
      if (known !== this.#newest) {
        this.#unlink(known)
        this.#append(known)
      }
      return known
    }
    this.#forgetSpent()
    const value = create()
    this.#values.set(id, value)
    this.#append(value)
    const oldest = this.#oldest
    if (this.#values.size > this.#limit && oldest !== undefined) {
      this.#remove(oldest)
      this.#evicted++
      this.#onEvicted(oldest)
    }
    return value
  }

  #forgetSpent(): void {
    for (let forgotten = 0; forgotten < mostForgotten; forgotten++) {
      const oldest = this.#oldest
      if (oldest === undefined || !this.#isSpent(oldest)) return
      this.#remove(oldest)
    }
  }

  #remove(value: Value): void {
    this.#unlink(value)
    this.#values.delete(this.#idOf(value))
  }

  #append(value: Value): void {
    value.older = this.#newest
    value.newer = undefined
    if (this.#newest === undefined) this.#oldest = value
    else this.#newest.newer = value
    this.#newest = value
  }

  #unlink({ older, newer }: Value): void {
    if (older === undefined) this.#oldest = newer
    else older.newer = newer
    if (newer === undefined) this.#newest = older
    else newer.older = older
  }
}
