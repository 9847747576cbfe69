/** Hands idle connections of leaving processes to others. The manager holds them on the way and never reads from them. */

import type { ToWorker } from '../messages.ts'
import { isRawHandle, type RawHandle } from '../responder/raw-handle.ts'

/** A process that connections come from or go to. */
export interface Party {
  tell(message: ToWorker, handle?: unknown): void
}

interface Transfer {
  readonly key: string
  readonly origin: Party
  readonly handle: RawHandle
  readonly nginx: boolean
  readonly tried: Set<Party>
  target: Party
}

export class Relay {
  readonly #transfers = new Map<string, Transfer>()
  /** The next process that can take a connection, or `undefined`. */
  readonly #pick: (not: ReadonlySet<Party>) => Party | undefined

  constructor(pick: (not: ReadonlySet<Party>) => Party | undefined) {
    this.#pick = pick
  }

  get empty(): boolean {
    return this.#transfers.size === 0
  }

  move(origin: Party, key: string, handle: unknown, nginx: boolean): void {
    if (!isRawHandle(handle)) return
    const tried = new Set([origin])
    const target = this.#pick(tried)
    if (target === undefined) {
      handle.close()
      origin.tell({ kind: 'moved', key, taken: false })
      return
    }
    const transfer = { key, origin, handle, nginx, tried, target }
    this.#transfers.set(key, transfer)
    this.#offer(transfer)
  }

  adopted(key: string): void {
    const transfer = this.#transfers.get(key)
    if (transfer !== undefined) this.#end(transfer, true)
  }

  /** `party` has ended: what it was about to take goes to another. */
  gone(party: Party): void {
    for (const transfer of this.#transfers.values()) {
      if (transfer.target !== party) continue
      const target = this.#pick(transfer.tried)
      if (target === undefined) {
        this.#end(transfer, false)
      } else {
        transfer.target = target
        this.#offer(transfer)
      }
    }
  }

  #offer({ key, handle, nginx, target, tried }: Transfer): void {
    tried.add(target)
    target.tell({ kind: 'adopt', key, nginx }, handle)
  }

  #end({ key, handle, origin }: Transfer, taken: boolean): void {
    this.#transfers.delete(key)
    handle.close()
    origin.tell({ kind: 'moved', key, taken })
  }
}
