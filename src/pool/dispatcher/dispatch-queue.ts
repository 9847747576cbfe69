/** Requests meet idle workers: first come, first served; whoever finds none waits. */

import type { Socket } from 'node:net'
import type { Queue } from '../messages.ts'
import { answerPlainly } from '../responder/cgi-head.ts'
import type { Exchange } from '../responder/exchange.ts'
import { WorkerLink } from './worker-link.ts'

interface Waiting {
  readonly exchange: Exchange
  readonly since: number
}

export interface QueueHost {
  readonly maxWaiting: number
  /** Requests wait and no worker is idle; `served` are with workers. */
  readonly onNeed: (waiting: number, served: number) => void
  /** A request is done, for better or worse. */
  readonly onDone: () => void
}

export class DispatchQueue {
  readonly #host: QueueHost
  readonly #links = new Map<string, WorkerLink>()
  /** The one that was busy last is taken first: its caches are warm, and the others can be seen to be idle. */
  readonly #idle: WorkerLink[] = []
  readonly #waiting: Waiting[] = []
  #longestMs = 0
  #busy = 0

  constructor(host: QueueHost) {
    this.#host = host
  }

  /** Requests that wait or are with a worker. */
  get active(): number {
    return this.#waiting.length + this.#busy
  }

  get queue(): Queue {
    const first = this.#waiting[0]
    const oldestMs = first === undefined ? 0 : performance.now() - first.since
    return { waiting: this.#waiting.length, oldestMs, longestMs: Math.max(this.#longestMs, oldestMs) }
  }

  link(key: string, stream: Socket): void {
    const link = new WorkerLink(stream, {
      onDone: () => {
        this.#busy -= 1
        this.#host.onDone()
        if (link.idle) this.#offer(link)
      },
      onClose: () => {
        this.#links.delete(key)
        this.#forget(link)
      },
    })
    this.#links.set(key, link)
    this.#offer(link)
  }

  /** The worker is to leave: it gets no further request. */
  unlink(key: string): void {
    const link = this.#links.get(key)
    if (link === undefined) return
    if (link.idle) this.#forget(link)
    link.retire()
  }

  take(exchange: Exchange): void {
    const link = this.#idle.pop()
    if (link !== undefined) {
      this.#busy += 1
      link.assign(exchange)
      return
    }
    if (this.#waiting.length >= this.#host.maxWaiting) {
      answerPlainly(exchange, 503, 'Service Unavailable', 'retry-after: 1\r\n')
      return
    }
    const waiting = { exchange, since: performance.now() }
    this.#waiting.push(waiting)
    exchange.onAbort = () => {
      const index = this.#waiting.indexOf(waiting)
      if (index >= 0) this.#waiting.splice(index, 1)
      exchange.end(1)
      this.#host.onDone()
    }
    this.#host.onNeed(this.#waiting.length, this.#busy)
  }

  abortAll(reason: Error): void {
    for (const { exchange } of [...this.#waiting]) exchange.abort(reason)
  }

  #offer(link: WorkerLink): void {
    const next = this.#waiting.shift()
    if (next === undefined) {
      this.#idle.push(link)
      return
    }
    this.#longestMs = Math.max(this.#longestMs, performance.now() - next.since)
    this.#busy += 1
    link.assign(next.exchange)
  }

  #forget(link: WorkerLink): void {
    const index = this.#idle.indexOf(link)
    if (index >= 0) this.#idle.splice(index, 1)
  }
}
