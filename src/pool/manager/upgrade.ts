/** A new manager that takes over: how the old one starts it, and how the new one knows that it was started so. */

import { type ChildProcess, spawn } from 'node:child_process'
import { isObject, type ToWorker } from '../messages.ts'
import { isRawHandle } from '../responder/raw-handle.ts'
import type { Party } from './relay.ts'

/** In the environment of a new manager: the number of the descriptor that it inherits. */
const inheritVariable = 'FCGI_POOL_INHERIT'

export interface SuccessorEvents {
  /** It has a worker that is ready, and serves. */
  onProven(): void
  /** It has taken over a connection. */
  onAdopted(key: string): void
  onExit(words: { readonly status: number | null; readonly signal: string | null }): void
}

/** The new manager, seen from the old one. */
export class Successor implements Party {
  readonly child: ChildProcess
  proven = false

  constructor(listenFd: number, events: SuccessorEvents) {
    const { LISTEN_FDS, LISTEN_PID, LISTEN_FDNAMES, ...environment } = process.env
    // argv0 is looked up again, so that a Node that was installed since is the one that runs.
    this.child = spawn(process.argv0, [...process.execArgv, ...process.argv.slice(1)], {
      stdio: ['ignore', 'inherit', 'inherit', listenFd, 'ipc'],
      env: { ...environment, [inheritVariable]: '3' },
    })
    this.child.on('message', (message: unknown) => {
      if (!isObject(message)) return
      const { kind, key } = message
      if (kind === 'proven') {
        this.proven = true
        events.onProven()
      } else if (kind === 'adopted' && typeof key === 'string') {
        events.onAdopted(key)
      }
    })
    this.child.on('exit', (status, signal) => events.onExit({ status, signal }))
    this.child.on('error', () => {
      if (this.child.pid === undefined) events.onExit({ status: null, signal: null })
    })
  }

  tell(message: ToWorker, handle?: unknown): void {
    if (this.child.connected !== true) return
    Reflect.apply(this.child.send, this.child, [message, handle, undefined, () => undefined])
  }
}

/** The old manager, seen from the new one. */
export class Predecessor implements Party {
  /** `undefined` when this manager was started by nobody of its kind. */
  static fromEnvironment(): Predecessor | undefined {
    const fd = process.env[inheritVariable]
    delete process.env[inheritVariable]
    return fd === undefined || process.send === undefined ? undefined : new Predecessor(Number(fd))
  }

  readonly fd: number

  private constructor(fd: number) {
    this.fd = fd
  }

  tellProven(): void {
    if (process.connected === true) process.send?.({ kind: 'proven' })
  }

  /** Only the answer to an adoption is told: a connection that nobody takes ends with the old worker. */
  tell(message: ToWorker): void {
    if (message.kind === 'moved' && message.taken && process.connected === true) {
      process.send?.({ kind: 'adopted', key: message.key })
    }
  }

  onAdopt(take: (from: Predecessor, key: string, handle: unknown) => void): void {
    process.on('message', (message: unknown, handle: unknown) => {
      if (!isObject(message) || message['kind'] !== 'adopt' || !isRawHandle(handle)) return
      if (typeof message['key'] === 'string') take(this, message['key'], handle)
    })
    // It ends when its workers have left, or dies: either way this manager goes on.
    process.on('disconnect', () => undefined)
  }
}
