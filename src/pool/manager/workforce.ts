/** The workers of a pool: starts, watches and replaces them as `plan` says, with the dispatcher between. */

import { exitStatus } from '../exit-status.ts'
import type { Log } from '../log.ts'
import type { FromWorker, Queue } from '../messages.ts'
import type { PoolSettings } from '../settings.ts'
import type { PoolStatus } from '../status/pool-status.ts'
import { Dispatchers } from './dispatchers.ts'
import { type Aim, plan, type Step, type WorkerStep } from './fleet.ts'
import { Handover } from './handover.ts'
import { Roster, seconds } from './roster.ts'
import { firstSize, nextSize, sizeUnder } from './sizing.ts'
import { StartPace } from './start-pace.ts'
import { type WorkerEvents, WorkerProcess } from './worker-process.ts'

export interface WorkforceHost {
  readonly log: Log
  readonly status: () => PoolStatus
  /** Requests are taken. May be called again. */
  readonly onReady: () => void
  /** A worker has ended though nobody asked it to. */
  readonly onLoss: () => void
  readonly onEmpty: () => void
  readonly onBroken: () => void
}

export class Workforce {
  readonly #host: WorkforceHost
  readonly #log: Log
  readonly roster = new Roster()
  readonly #pace = new StartPace()
  readonly #dispatchers = new Dispatchers((settings) => this.#startDispatcher(settings))
  readonly handover = new Handover(() => this.#takers())
  #settings: PoolSettings
  #listenFd: number
  #size: number
  #stopping = false
  #everReady = false
  #keys = 0
  #busyAt = performance.now()
  #wake: NodeJS.Timeout | undefined

  constructor(settings: PoolSettings, listenFd: number, host: WorkforceHost) {
    this.#settings = settings
    this.#listenFd = listenFd
    this.#host = host
    this.#log = host.log
    this.#size = firstSize(settings.sizing)
  }

  /** With `dispatch: idle`. */
  get queue(): Queue | undefined {
    return this.#dispatchers.current?.report.queue
  }

  /** Starts what the settings ask for. */
  start(): void {
    this.#dispatchers.provide(this.#settings)
    this.advance()
  }

  /** Replaces all workers by new ones, with these settings. */
  renew(settings: PoolSettings, listenFd: number, because: string): void {
    this.#settings = settings
    this.#listenFd = listenFd
    this.#size = sizeUnder(settings.sizing, this.#size)
    this.#pace.forgive()
    for (const worker of this.roster.all) {
      worker.stale = true
      worker.staleBecause ??= because
    }
    this.#dispatchers.provide(settings)
    this.advance()
  }

  /** Lets all workers leave; `onEmpty` is called when the last has gone. */
  stop(because: string): void {
    this.#stopping = true
    for (const process of this.#processes()) process.staleBecause ??= because
    this.advance()
  }

  /** Whether some process still has the descriptor of an earlier listening socket. */
  uses(listenFd: number): boolean {
    return this.#processes().some((process) => process.listenFd === listenFd)
  }

  /** Once a second. */
  tick(): void {
    const ready = this.roster.ready
    for (const process of this.#processes()) process.ping()
    for (const worker of ready) this.#judge(worker)
    this.#resize()
    this.advance()
  }

  #resize(): void {
    const loads = this.roster.ready.filter(({ stale }) => !stale).map(({ load }) => load)
    const now = performance.now()
    const { waiting = 0, served = 0 } = this.#dispatchers.current ?? {}
    if (waiting > 0 || loads.some((load) => load > 0)) this.#busyAt = now
    const { sizing } = this.#settings
    if (this.#stopping || !this.#everReady) return
    // A pool in trouble does not grow, but one that has nobody must try.
    if (this.#pace.troubled && sizing.kind !== 'ondemand') return
    this.#size = nextSize(sizing, this.#size, { loads, waiting, served, idleMs: now - this.#busyAt })
  }

  advance(): void {
    this.#bindWorkers()
    const { steps, wakeAt } = plan(this.roster.all, this.#aim(), performance.now())
    for (const step of steps) this.#take(step)
    const ends = this.#advanceDispatchers()
    clearTimeout(this.#wake)
    const delay = Math.min(wakeAt, ends) - performance.now()
    if (delay < 1e9) this.#wake = setTimeout(() => this.advance(), Math.max(1, delay))
    if (this.#stopping && this.#processes().length === 0) this.#host.onEmpty()
  }

  /** They leave and end by the rules for workers, but are never too few. Gives when to look again. */
  #advanceDispatchers(): number {
    const all = [...this.#dispatchers.all]
    const { current } = this.#dispatchers
    if (current?.state === 'loaded' && this.#canServe) current.open()
    const size = this.#stopping ? 0 : this.#accepts ? all.filter(({ stale }) => !stale).length : all.length
    const aim = { ...this.#aim(), size, starts: 0, parallel: false }
    const { steps, wakeAt } = plan(all, aim, performance.now())
    for (const step of steps) {
      const dispatcher = step.kind === 'start' ? undefined : all.find(({ key }) => key === step.key)
      if (dispatcher !== undefined && step.kind !== 'start') this.#takeFor(dispatcher, step)
    }
    return wakeAt
  }

  #bindWorkers(): void {
    if (performance.now() < this.#pace.startAfter) return
    this.#dispatchers.bindWorkers(this.roster.all, this.#stopping, () => this.#start('link'))
  }

  #processes(): readonly WorkerProcess[] {
    return [...this.roster.all, ...this.#dispatchers.all]
  }

  #aim(): Aim {
    const { reload, times } = this.#settings
    const size = this.#stopping ? 0 : this.#size
    const cautious = !this.#everReady || this.#pace.troubled
    const replacing = this.roster.all.some(({ stale }) => stale)
    const parallel = reload === 'parallel'
    const starts = cautious || (replacing && !parallel) ? 1 : parallel ? size : startsAtOnce
    const { startAfter } = this.#pace
    // There is a ping a second, and the last one has had no time yet.
    const patience = Math.ceil(times.answer / 1_000) + 1
    return { size, parallel, starts, startAfter, patience, times }
  }

  #take(step: Step): void {
    if (step.kind === 'start') {
      for (let count = 0; count < step.count; count += 1) this.#start()
      return
    }
    const worker = this.roster.get(step.key)
    if (worker !== undefined) this.#takeFor(worker, step)
  }

  #takeFor(worker: WorkerProcess, step: WorkerStep): void {
    switch (step.kind) {
      case 'leave':
        worker.leave(
          worker.staleBecause ?? 'not needed',
          !this.#stopping || this.handover.hasSuccessor,
          this.#settings.times.shutdown,
        )
        if (!this.#hasMore(worker)) this.#dispatchers.unlink(worker)
        break
      case 'abort':
        this.#log.warn(
          `${worker.program} ${worker.pid} has not finished within shutdown_timeout; its requests are aborted`,
        )
        worker.abort()
        break
      case 'kill':
        if (step.because !== 'not needed')
          this.#log.warn(`${worker.program} ${worker.pid} is killed: ${step.because}`)
        worker.kill(step.because)
        break
    }
  }

  /** A dispatcher that is to end knows no other workers: they are there until it has given them all that it has. */
  #hasMore({ dispatcher }: WorkerProcess): boolean {
    return dispatcher !== undefined && (this.#stopping || dispatcher.stale)
  }

  #start(door: 'listen' | 'link' = this.#settings.dispatch === 'shared' ? 'listen' : 'link'): WorkerProcess {
    const { worker: settings, maxRequests, maxQueue, directory } = this.#settings
    const listenFd = door === 'listen' ? this.#listenFd : undefined
    const worker = new WorkerProcess('worker', ++this.#keys, listenFd, directory, this.#events)
    this.roster.add(worker)
    const requests = maxRequests && jittered(maxRequests)
    worker.tell({ kind: 'start', settings, requests, maxQueue, door })
    return worker
  }

  #startDispatcher({ worker: settings, maxQueue, directory }: PoolSettings): WorkerProcess {
    const dispatcher = new WorkerProcess('dispatcher', ++this.#keys, this.#listenFd, directory, this.#events)
    dispatcher.tell({ kind: 'start', settings, requests: undefined, maxQueue, door: 'listen' })
    return dispatcher
  }

  readonly #events: WorkerEvents = {
    onMessage: (from, message, handle) => this.#onMessage(from, message, handle),
    onExit: (from, status, signal) => this.#onExit(from, status, signal),
  }

  #onMessage(worker: WorkerProcess, message: FromWorker, handle: unknown): void {
    switch (message.kind) {
      case 'loaded':
        if (worker.state !== 'starting') return
        if (worker.program === 'worker') worker.open()
        else worker.enter('loaded')
        this.advance()
        break
      case 'ready':
        if (worker.state !== 'opening') return
        this.#onReady(worker)
        break
      case 'need':
        worker.waiting = message.waiting
        worker.served = message.served
        this.#resize()
        this.advance()
        break
      case 'pong':
        worker.report = message.report
        worker.waiting = message.report.queue?.waiting ?? 0
        worker.served = message.report.active - worker.waiting
        worker.unanswered = 0
        break
      case 'replace':
        this.#replace(worker, message.because)
        break
      case 'reason':
        worker.reason = message.text
        break
      case 'exit-manager':
        this.#log.error(`worker ${worker.pid} says that the whole service is broken: ${message.text}`)
        this.#host.onBroken()
        break
      case 'move':
        this.handover.relay.move(worker, message.key, handle, message.nginx)
        break
      case 'adopted':
        this.handover.relay.adopted(message.key)
        break
      case 'status':
        worker.tell({ kind: 'status', key: message.key, status: this.#host.status() })
        break
    }
  }

  #onReady(worker: WorkerProcess): void {
    worker.enter('ready')
    this.#log.info(`${worker.program} ${worker.pid} is ready after ${seconds(worker.ageMs)}`)
    for (const each of this.roster.ready) this.#dispatchers.link(each)
    if (worker.program === 'worker' && !this.#everReady) {
      this.#everReady = true
      this.#busyAt = performance.now()
    }
    if (this.#everReady && this.#accepts) this.#host.onReady()
    this.advance()
  }

  /** A dispatcher that accepts now has somebody to give requests to, or may have them started: it is known that they start. */
  get #canServe(): boolean {
    const linked = this.roster.ready.some((worker) => !worker.stale && !listens(worker))
    return linked || (this.#everReady && this.#size === 0)
  }

  /** Somebody accepts requests as the settings say. */
  get #accepts(): boolean {
    return this.#settings.dispatch === 'shared'
      ? this.roster.ready.some(listens)
      : this.#dispatchers.current?.state === 'ready'
  }

  #judge(worker: WorkerProcess): void {
    this.#pace.thrives(worker.ageMs, performance.now())
    const { maxMemory } = this.#settings
    if (maxMemory !== undefined && worker.report.memory > maxMemory) this.#replace(worker, 'max_memory')
  }

  #replace(worker: WorkerProcess, because: string): void {
    if (worker.stale) return
    worker.stale = true
    worker.staleBecause = because
    this.#log.info(`worker ${worker.pid} is to be replaced: ${because}`)
    this.advance()
  }

  #onExit(worker: WorkerProcess, status: number | null, signal: string | null): void {
    const isWorker = this.roster.remove(worker)
    if (!isWorker && !this.#dispatchers.forget(worker)) return
    if (!isWorker) worker.reason ??= 'dispatcher'
    this.handover.relay.gone(worker)
    const { reason, words } = this.roster.count(worker, status, signal)
    if (worker.leavingBecause === undefined) {
      this.#pace.died(worker.ageMs, performance.now(), this.#settings.times.restartDelay)
      const size = Math.max(1, this.#size)
      this.#log.error(
        `${worker.program} ${worker.pid} exited unexpectedly: ${words}, reason: ${reason}; increase workers to minimal ${size}`,
      )
      if (status === exitStatus.broken) this.#host.onBroken()
      this.#host.onLoss()
    } else {
      this.#log.info(`${worker.program} ${worker.pid} has left (${reason}): ${words}`)
    }
    for (const each of this.roster.all) if (each.boundTo === worker) each.boundTo = undefined
    if (!isWorker && !this.#stopping) this.#replaceDispatcher(worker)
    this.advance()
  }

  /** Its workers have lost their links with it. */
  #replaceDispatcher(gone: WorkerProcess): void {
    for (const worker of this.roster.all) {
      if (worker.dispatcher === gone) this.#replace(worker, 'dispatcher')
    }
    const wait = Math.max(0, this.#pace.startAfter - performance.now())
    setTimeout(() => {
      if (!this.#stopping) this.start()
    }, wait)
  }

  /** Who can take connections now; those who are to be replaced only if there is nobody else. */
  #takers(): readonly (readonly WorkerProcess[])[] {
    if (this.#stopping) return []
    const { current } = this.#dispatchers
    if (this.#settings.dispatch === 'idle') return current === undefined ? [] : [[current]]
    const ready = this.roster.ready.filter((worker) => listens(worker) && worker.unanswered < 3)
    return [ready.filter(({ stale }) => !stale), ready.filter(({ stale }) => stale)]
  }
}

/** It accepts by itself, and is not linked with a dispatcher. */
const listens = ({ listenFd }: WorkerProcess): boolean => listenFd !== undefined

/** How many workers may be starting at the same time when nothing is amiss. */
const startsAtOnce = 4

/** Up to a tenth more or less, so that workers that started together do not leave together. */
const jittered = (count: number): number => Math.max(1, Math.round(count * (0.9 + Math.random() * 0.2)))
