/** A child process of the manager, a worker or the dispatcher, and what is known of it. */

import type { ChildProcess } from 'node:child_process'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type FromWorker, parseFromWorker, type Report, type ToWorker } from '../messages.ts'
import { handleOf } from '../responder/raw-handle.ts'
import type { KillReason, Member } from './fleet.ts'
import { type Program, startProgram } from './process-entry.ts'

export interface WorkerEvents {
  onMessage(worker: WorkerProcess, message: FromWorker, handle: unknown): void
  onExit(worker: WorkerProcess, status: number | null, signal: string | null): void
}

export class WorkerProcess implements Member {
  readonly key: number
  readonly program: Program
  readonly startedAt = performance.now()
  /** `undefined` when it could not even be started. */
  readonly #child: ChildProcess | undefined
  /** The listening socket that it has; `undefined` for one with a link instead. */
  readonly listenFd: number | undefined
  state: Member['state'] = 'starting'
  since = this.startedAt
  stale = false
  staleBecause: string | undefined
  unanswered = 0
  report: Report = { requests: 0, active: 0, load: 0, memory: 0 }
  /** Why it was asked to leave or killed; `undefined` while its end would be unexpected. */
  leavingBecause: string | undefined
  /** What it says about its own end. */
  reason: string | undefined
  /** The dispatcher that gives it its requests. */
  dispatcher: WorkerProcess | undefined
  /** The dispatcher that is to end and has requests for it alone. */
  boundTo: WorkerProcess | undefined
  /** Of a dispatcher, as it has told last: requests that wait, and that are with workers. */
  waiting = 0
  served = 0

  constructor(
    program: Program,
    key: number,
    listenFd: number | undefined,
    directory: string,
    events: WorkerEvents,
  ) {
    this.key = key
    this.listenFd = listenFd
    this.program = program
    // A program that cannot even be started ends like one that failed at once.
    const failed = (error: unknown): void => {
      this.reason = error instanceof Error ? error.message : String(error)
      if (this.#child?.pid === undefined) events.onExit(this, null, null)
    }
    try {
      this.#child = startProgram(program, listenFd ?? 'pipe', directory)
    } catch (error) {
      // Node throws some errors of the system and emits others.
      process.nextTick(failed, error)
      return
    }
    if (this.link !== undefined) handleOf(this.link)?.readStop()
    this.#child.on('message', (value: unknown, handle: unknown) => {
      const message = parseFromWorker(value)
      if (message !== undefined) events.onMessage(this, message, handle)
    })
    this.#child.on('exit', (status, signal) => events.onExit(this, status, signal))
    this.#child.on('error', failed)
  }

  /** The manager's end of its link, which nobody here may read from. */
  get link(): Duplex | undefined {
    // Without descriptors for it a child that could not be started has no pipes either, whatever the types say.
    const pipes: ChildProcess['stdio'] | undefined = this.#child?.stdio
    const link = pipes?.[3]
    return link instanceof Socket ? link : undefined
  }

  get needed(): boolean {
    return this.boundTo !== undefined
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  get load(): number {
    return this.report.load
  }

  get ageMs(): number {
    return performance.now() - this.startedAt
  }

  enter(state: Member['state']): void {
    this.state = state
    this.since = performance.now()
  }

  /** `sent` is called when the message is on its way, or never will be. */
  tell(message: ToWorker, handle?: unknown, sent: () => void = () => undefined): void {
    const child = this.#child
    if (child?.connected !== true) {
      sent()
      return
    }
    // Raw handles are not among the documented types. A failure shows as the child's end.
    Reflect.apply(child.send, child, [message, handle, undefined, () => sent()])
  }

  ping(): void {
    if (this.state !== 'ready') return
    this.unanswered += 1
    this.tell({ kind: 'ping' })
  }

  open(): void {
    this.enter('opening')
    this.tell({ kind: 'open' })
  }

  leave(because: string, move: boolean, withinMs: number): void {
    this.leavingBecause ??= because
    this.enter('leaving')
    this.tell({ kind: 'leave', move, withinMs })
  }

  abort(): void {
    this.enter('aborting')
    this.tell({ kind: 'abort' })
  }

  kill(because: KillReason): void {
    // One that had been asked to leave leaves as planned, if late; one that hangs does not.
    if (because === 'not needed') this.leavingBecause ??= because
    this.reason ??= because
    this.enter('killed')
    this.#child?.kill('SIGKILL')
  }
}
