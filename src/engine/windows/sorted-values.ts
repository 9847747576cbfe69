/** Numbers in order, in one block of memory: finding is a binary search, adding and removing one move of bytes. */

const firstCapacity = 4

export class SortedValues {
  #values = new Float64Array(firstCapacity)
  #size = 0

  /** The `index`-th smallest; the caller keeps to `0 <= index < size`. */
  at(index: number): number {
    return this.#values[index] ?? Number.NaN
  }

  get size(): number {
    return this.#size
  }

  add(value: number): void {
    if (this.#size === this.#values.length) {
      const values = new Float64Array(this.#size * 2)
      values.set(this.#values)
      this.#values = values
    }
    const place = this.#placeOf(value)
    this.#values.copyWithin(place + 1, place, this.#size++)
    this.#values[place] = value
  }

  /** Removes one of that value, which must be there. */
  remove(value: number): void {
    const place = this.#placeOf(value)
    this.#values.copyWithin(place, place + 1, this.#size--)
  }

  /** The first place whose number is not less. */
  #placeOf(value: number): number {
    let low = 0
    let high = this.#size
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.at(middle) < value) low = middle + 1
      else high = middle
    }
    return low
  }
}
