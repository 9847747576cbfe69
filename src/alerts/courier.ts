/** Delivers what one alert has to tell, one message at a time, and tries again what was not taken. */

import type { Duration } from '../engine/time.ts'
import { pause } from '../platform/pause.ts'
import { spanText } from '../report/time-text.ts'
import { type Delivery, retryDelay } from './delivery.ts'
import type { AlertMessage } from './message.ts'
import type { AlertNotice } from './notice.ts'
import { summaryOf } from './words.ts'

export interface CourierOptions {
  /** Name of the alert. */
  readonly name: string
  /** What the thread has to tell next; undefined where that is nothing. */
  readonly nextOf: (threadId: string) => AlertMessage | undefined
  readonly deliver: (message: AlertMessage, signal: AbortSignal) => Promise<Delivery>
  /** The message is out of the way; resolves when that is on disk. */
  readonly done: (threadId: string, message: AlertMessage) => Promise<void>
  readonly notify: (notice: AlertNotice) => void
  /** From 0 to 1. */
  readonly random: () => number
}

export class Courier {
  readonly #options: CourierOptions
  readonly #stop = new AbortController()
  /** Threads with something to tell, in the order in which it is tried. */
  readonly #queue = new Set<string>()
  readonly #ended: Promise<void>
  #wake: () => void = () => undefined
  #onRest: () => void = () => undefined
  #inFlight: string | undefined
  #failures = 0

  constructor(options: CourierOptions) {
    this.#options = options
    this.#ended = this.#run()
  }

  /** `id` of the message that is being sent. */
  get inFlight(): string | undefined {
    return this.#inFlight
  }

  /** The thread has something to tell. */
  add(threadId: string): void {
    this.#queue.add(threadId)
    this.#wake()
  }

  /** Resolves when there is nothing to do, or nothing to do for now. */
  atRest(): Promise<void> {
    const isAtRest = this.#inFlight === undefined && (this.#queue.size === 0 || this.#failures > 0)
    if (isAtRest) return Promise.resolve()
    return new Promise((resolve) => {
      this.#onRest = resolve
    })
  }

  /** Gives up what is being sent. */
  async stop(): Promise<void> {
    this.#stop.abort()
    this.#wake()
    await this.#ended
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      const [threadId] = this.#queue
      const message = threadId === undefined ? undefined : this.#options.nextOf(threadId)
      if (threadId === undefined) await this.#moreToDo()
      else if (message === undefined) this.#queue.delete(threadId)
      else await this.#attempt(threadId, message, signal)
    }
  }

  async #moreToDo(): Promise<void> {
    this.#onRest()
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      if (this.#queue.size > 0 || this.#stop.signal.aborted) resolve()
    })
  }

  async #attempt(threadId: string, message: AlertMessage, signal: AbortSignal): Promise<void> {
    const { deliver, done, name } = this.#options
    this.#inFlight = message.id
    const delivery = await deliver(message, signal).catch(bug)
    this.#inFlight = undefined
    if (delivery.kind === 'failed') {
      if (!signal.aborted) await this.#later(threadId, delivery, signal)
      return
    }
    // What else it has to tell comes after what others have.
    this.#queue.delete(threadId)
    this.#queue.add(threadId)
    const what = summaryOf(message)
    if (delivery.kind === 'delivered') {
      const again = this.#failures === 0 ? '' : `, after ${this.#failures} failed attempts`
      this.#failures = 0
      this.#tell('delivered', `alert ${name} delivered${again}: ${what}`)
    } else this.#tell('dropped', `alert ${name} was refused and is dropped: ${delivery.why} (${what})`)
    await done(threadId, message)
  }

  async #later(
    threadId: string,
    { why, retryAfter }: { why: string; retryAfter?: Duration },
    signal: AbortSignal,
  ): Promise<void> {
    const { name, random } = this.#options
    // Another one is tried next: this one may be what is wrong.
    this.#queue.delete(threadId)
    this.#queue.add(threadId)
    this.#failures++
    const delay = retryDelay(this.#failures, random(), retryAfter)
    if (isPowerOfTwo(this.#failures)) {
      const count = this.#failures === 1 ? '' : `, for the ${this.#failures}th time`
      const waiting = this.#queue.size === 1 ? 'it waits' : `${this.#queue.size} wait`
      this.#tell(
        'failing',
        `alert ${name} could not be delivered${count}: ${why}; ${waiting}, the next try is in ${spanText(Math.ceil(delay / 1e6) * 1e6)}`,
      )
    }
    this.#onRest()
    await pause(delay / 1_000, signal)
  }

  #tell(kind: AlertNotice['kind'], message: string): void {
    this.#options.notify({ kind, alert: this.#options.name, message })
  }
}

/** A mistake of ours must not end what restarts services. What the error says may be secret. */
const bug = (error: unknown): Delivery => ({
  kind: 'failed',
  why: `a mistake of the watchdog itself (${error instanceof Error ? error.name : 'unknown'})`,
})

/** What goes on failing is told ever more rarely. */
const isPowerOfTwo = (count: number): boolean => Number.isInteger(Math.log2(count))
