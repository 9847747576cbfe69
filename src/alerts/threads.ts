/** The threads of all alerts, of which there may be so many and no more. In memory alone. */

import type { Thread } from './thread.ts'

/** Threads that are remembered, and alerts that wait. */
const mostThreads = 10_000
const mostWaiting = 10_000

export class Threads {
  /** The longest unchanged first. */
  readonly #threads = new Map<string, Thread>()
  #waiting = 0

  /** Alerts that are not delivered. */
  get waiting(): number {
    return this.#waiting
  }

  get all(): readonly Thread[] {
    return [...this.#threads.values()]
  }

  get(id: string): Thread | undefined {
    return this.#threads.get(id)
  }

  /** Takes the place of what it was before. */
  set(thread: Thread): void {
    this.delete(thread.id)
    this.#waiting += thread.waiting.length
    this.#threads.set(thread.id, thread)
  }

  delete(id: string): void {
    this.#waiting -= this.#threads.get(id)?.waiting.length ?? 0
    this.#threads.delete(id)
  }

  /** The one to let go where there are too many: one that has nothing to tell, else the longest unchanged. */
  get surplus(): Thread | undefined {
    if (this.#waiting > mostWaiting) return this.#find(({ waiting }) => waiting.length > 0)
    return this.#threads.size > mostThreads ? (this.#find(isIdle) ?? this.#find(() => true)) : undefined
  }

  #find(isWanted: (thread: Thread) => boolean): Thread | undefined {
    for (const thread of this.#threads.values()) if (isWanted(thread)) return thread
    return undefined
  }
}

const isIdle = ({ waiting, latest }: Thread): boolean => waiting.length === 0 && latest.times === 0
