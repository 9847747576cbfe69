/** What falls due at a time: a binary heap, earliest first. */

import type { Instant } from './time.ts'

interface Entry<Item> {
  readonly at: Instant
  readonly name: string
  readonly order: number
  readonly item: Item
}

export class Deadlines<Item> {
  readonly #heap: Entry<Item>[] = []
  #added = 0

  /** Time of the earliest one, due or not. */
  get next(): Instant | undefined {
    return this.#heap[0]?.at
  }

  /** Of what falls due at the same time the lesser name goes first, and of the same name what was added first. */
  add(at: Instant, name: string, item: Item): void {
    const entry = { at, name, order: this.#added++, item }
    let index = this.#heap.length
    this.#heap.push(entry)
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = this.#heap[parent]
      if (above === undefined || !isBefore(entry, above)) break
      this.#heap[index] = above
      index = parent
    }
    this.#heap[index] = entry
  }

  /** Takes the earliest one out if it is due at `now`. */
  takeDue(now: Instant): { readonly at: Instant; readonly item: Item } | undefined {
    const first = this.#heap[0]
    if (first === undefined || first.at > now) return undefined
    const last = this.#heap.pop()
    if (last !== undefined && last !== first) this.#sink(last)
    return first
  }

  #sink(entry: Entry<Item>): void {
    let index = 0
    for (;;) {
      const left = this.#heap[2 * index + 1]
      const right = this.#heap[2 * index + 2]
      const goesRight = left !== undefined && right !== undefined && isBefore(right, left)
      const child = goesRight ? right : left
      if (child === undefined || isBefore(entry, child)) break
      this.#heap[index] = child
      index = 2 * index + (goesRight ? 2 : 1)
    }
    this.#heap[index] = entry
  }
}

const isBefore = <Item>(a: Entry<Item>, b: Entry<Item>): boolean =>
  a.at < b.at || (a.at === b.at && (a.name < b.name || (a.name === b.name && a.order < b.order)))
