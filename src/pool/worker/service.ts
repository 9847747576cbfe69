/** Hands the requests of a worker to its application and counts them. */

import { performance } from 'node:perf_hooks'
import type { Log } from '../log.ts'
import type { Report } from '../messages.ts'
import type { NameValues } from '../protocol/name-values.ts'
import { answerPlainly } from '../responder/cgi-head.ts'
import type { Exchange } from '../responder/exchange.ts'
import { lazyRequest } from '../responder/lazy-request.ts'
import { isResponse } from '../responder/light-response.ts'
import { isAllowedMethod, requestPath, requestQuery } from '../responder/request-url.ts'
import { sendResponse } from '../responder/web-answer.ts'
import type { WorkerSettings } from '../settings.ts'
import { textOf } from '../text-of.ts'
import type { Application, RequestContext } from './application.ts'
import { faultOf } from './faults.ts'

export interface ServiceHost {
  readonly log: Log
  readonly exitManager: (reason: string) => void
  /** The pool's status as the manager knows it. */
  readonly status: (asJson: boolean) => Promise<string>
  /** A request took longer than `request_timeout`. */
  readonly onSlow: () => void
  /** A request is done, its handler too. */
  readonly onDone: () => void
}

interface Run {
  readonly exchange: Exchange
  readonly startedAt: number
  slow: boolean
}

export class Service {
  readonly #application: Application
  readonly #settings: WorkerSettings
  readonly #host: ServiceHost
  /** Those whose handler has not returned yet, or will answer later. */
  #active = 0
  /** Those that will be answered later. */
  readonly #running = new Set<Run>()
  #requests = 0
  #busySince = 0
  #busyMs = 0
  #reportedAt = performance.now()

  constructor(application: Application, settings: WorkerSettings, host: ServiceHost) {
    this.#application = application
    this.#settings = settings
    this.#host = host
  }

  /** Requests whose answer or handler is not finished. */
  get active(): number {
    return this.#active
  }

  get requests(): number {
    return this.#requests
  }

  /** Counts of the time since the last report, and starts anew. */
  report(): Report {
    const now = performance.now()
    const busy = this.#busyMs + (this.#active > 0 ? now - this.#busySince : 0)
    const load = Math.min(1, busy / Math.max(1, now - this.#reportedAt))
    this.#busyMs = 0
    this.#busySince = now
    this.#reportedAt = now
    return { requests: this.#requests, active: this.#active, load, memory: process.memoryUsage.rss() }
  }

  /** Lets the signals of all requests fire. */
  abortAll(reason: Error): void {
    for (const { exchange } of this.#running) exchange.abort(reason)
  }

  /** Finds the requests that take too long. Called now and then. */
  watch(): void {
    const now = performance.now()
    for (const run of this.#running) {
      const took = now - run.startedAt
      if (run.slow || took < this.#settings.requestTimeoutMs) continue
      run.slow = true
      this.#host.log.warn(`slow request ${summary(run.exchange)}: not finished after ${seconds(took)}`)
      run.exchange.abort(new Error('the request took longer than request_timeout'))
      this.#host.onSlow()
    }
  }

  serve(exchange: Exchange): void {
    const startedAt = performance.now()
    if (this.#active === 0) this.#busySince = startedAt
    this.#active += 1
    const sending = this.#answer(exchange)
    if (sending === undefined) {
      this.#done()
      return
    }
    const run = { exchange, startedAt, slow: false }
    this.#running.add(run)
    void sending.then(() => {
      this.#running.delete(run)
      this.#done()
    })
  }

  #done(): void {
    this.#active -= 1
    this.#requests += 1
    if (this.#active === 0) this.#busyMs += performance.now() - this.#busySince
    this.#host.onDone()
  }

  /** `undefined` when the answer was given at once; never rejects. */
  #answer(exchange: Exchange): Promise<void> | undefined {
    try {
      const response = this.#respond(exchange)
      if (!(response instanceof Promise)) return this.#settled(exchange, this.#send(exchange, response))
      return this.#settled(
        exchange,
        response.then((ready) => this.#send(exchange, ready)),
      )
    } catch (error) {
      this.#fail(exchange, error)
      return undefined
    }
  }

  #settled(exchange: Exchange, sending: Promise<void> | undefined): Promise<void> | undefined {
    return sending?.catch((error: unknown) => this.#fail(exchange, error))
  }

  #respond(exchange: Exchange): Response | Promise<Response> {
    const own = this.#ownResponse(exchange)
    if (own !== undefined) return own
    if (!isAllowedMethod(exchange.method)) {
      return new Response('Not Implemented\n', { status: 501 })
    }
    return this.#application.fetch(lazyRequest(exchange), new Context(exchange, this.#host))
  }

  /** What the pool answers itself, by paths that its configuration names. */
  #ownResponse(exchange: Exchange): Response | Promise<Response> | undefined {
    const { pingPath, statusPath, faults } = this.#settings
    if (pingPath === undefined && statusPath === undefined && faults === undefined) return undefined
    const path = requestPath(exchange.params)
    if (path === pingPath) return new Response('pong\n')
    if (path === statusPath) return this.#statusResponse(exchange.params)
    return faults === undefined ? undefined : faultOf(path, faults)
  }

  async #statusResponse(params: NameValues): Promise<Response> {
    const asJson =
      /(?:^|&)json(?:[=&]|$)/.test(requestQuery(params)) ||
      (params['HTTP_ACCEPT'] ?? '').includes('application/json')
    const headers = {
      'content-type': asJson ? 'application/json' : 'text/plain;charset=UTF-8',
      'cache-control': 'no-store',
    }
    return new Response(await this.#host.status(asJson), { headers })
  }

  #send(exchange: Exchange, response: unknown): Promise<void> | undefined {
    if (!isResponse(response)) {
      throw new TypeError(`fetch() gave ${response === null ? 'null' : typeof response}; expected a Response`)
    }
    if (response.status === 0) throw new TypeError('fetch() gave Response.error()')
    return sendResponse(exchange, response)
  }

  #fail(exchange: Exchange, error: unknown): void {
    if (exchange.aborted) {
      answerPlainly(exchange, 503, 'Service Unavailable')
      return
    }
    const text = `request ${summary(exchange)} failed: ${textOf(error)}`
    this.#host.log.error(text)
    exchange.writeError(text)
    answerPlainly(exchange, 500, 'Internal Server Error')
  }
}

/** What a handler gets beside the request; made as it is asked for. */
class Context implements RequestContext {
  readonly #exchange: Exchange
  readonly #host: ServiceHost

  constructor(exchange: Exchange, host: ServiceHost) {
    this.#exchange = exchange
    this.#host = host
  }

  get params(): NameValues {
    return this.#exchange.params
  }

  get signal(): AbortSignal {
    return this.#exchange.signal
  }

  get log(): Log {
    const { log } = this.#host
    // An application may give anything, an Error most often.
    return {
      info: (value: unknown) => log.info(textOf(value)),
      warn: (value: unknown) => log.warn(textOf(value)),
      error: (value: unknown) => {
        const text = textOf(value)
        log.error(text)
        this.#exchange.writeError(text)
      },
    }
  }

  get exitManager(): (reason: string) => void {
    return (reason: unknown) => this.#host.exitManager(textOf(reason))
  }
}

const summary = ({ params }: Exchange): string =>
  `${params['REQUEST_METHOD'] ?? 'GET'} ${requestPath(params)}`

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`
