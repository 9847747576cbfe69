/** The exchanges that are under way on one connection, by their ids. Most often there is one. */

import type { Exchange } from './exchange.ts'

export class Exchanges {
  /** Apart from the others, as a map is slow to become empty and full again. */
  #one: Exchange | undefined
  readonly #others = new Map<number, Exchange>()

  get size(): number {
    return this.#others.size + (this.#one === undefined ? 0 : 1)
  }

  get(id: number): Exchange | undefined {
    return this.#one?.id === id ? this.#one : this.#others.get(id)
  }

  /** There must be none with its id. */
  add(exchange: Exchange): void {
    if (this.#one === undefined) this.#one = exchange
    else this.#others.set(exchange.id, exchange)
  }

  delete(exchange: Exchange): void {
    if (this.#one === exchange) this.#one = undefined
    else this.#others.delete(exchange.id)
  }

  clear(): void {
    this.#one = undefined
    this.#others.clear()
  }

  all(): readonly Exchange[] {
    return this.#one === undefined ? [...this.#others.values()] : [this.#one, ...this.#others.values()]
  }
}
