/** A new manager that takes over: how the old one starts it, and how the new one knows that it was started so. */

import { type ChildProcess, spawn } from 'node:child_process'
import { isObject, type ToWorker } from '../messages.ts'
import { isRawHandle } from '../responder/raw-handle.ts'
import type { ListenSpec } from '../settings.ts'
import type { Listeners } from './listeners.ts'
import type { Party } from './relay.ts'

/** In the environment of a new manager: the number of the descriptor that it inherits, and what that listens on, as JSON. */
const inheritVariable = 'FCGI_POOL_INHERIT'
const listenVariable = 'FCGI_POOL_LISTEN'

export interface SuccessorEvents {
  onStarted(pid: number): void
  /** It has a worker that is ready, and serves. */
  onProven(): void
  /** It has taken over a connection. */
  onAdopted(key: string): void
  /** It has ended, or could not be started; what is known of why. */
  onEnd(because: string): void
}

/**
 * Starts the arguments as nobody's child and tells the pid. systemd waits for a main process only if that is its own child,
 * as one is whose parent has ended.
 */
const apart = '"$0" "$@" >&5 5>&- & echo "$!"'

/** The new manager, seen from the old one. */
export class Successor implements Party {
  readonly #channel: ChildProcess | undefined
  readonly #onEnd: (because: string) => void
  #pid: number | undefined
  #ended = false
  proven = false

  constructor({ fd, spec }: Pick<Listeners, 'fd' | 'spec'>, events: SuccessorEvents) {
    const { LISTEN_FDS, LISTEN_PID, LISTEN_FDNAMES, ...environment } = process.env
    // argv0 is looked up again, so that a Node that was installed since is the one that runs.
    const program = [process.argv0, ...process.execArgv, ...process.argv.slice(1)]
    this.#onEnd = events.onEnd
    const fail = (error: unknown): void =>
      this.#end(`it cannot be started: ${error instanceof Error ? error.message : String(error)}`)
    try {
      this.#channel = spawn('/bin/sh', ['-c', apart, ...program], {
        stdio: ['ignore', 'pipe', 'inherit', fd, 'ipc', 1],
        env: { ...environment, [inheritVariable]: '3', [listenVariable]: JSON.stringify(spec) },
      })
    } catch (error) {
      // Node throws some errors of the system and emits others.
      process.nextTick(fail, error)
      return
    }
    this.#channel.stdout?.once('data', (text: Buffer) => {
      this.#pid = Number(text)
      events.onStarted(this.#pid)
    })
    this.#channel.on('message', (message: unknown) => {
      if (!isObject(message)) return
      const { kind, key } = message
      if (kind === 'proven') {
        this.proven = true
        events.onProven()
      } else if (kind === 'adopted' && typeof key === 'string') {
        events.onAdopted(key)
      }
    })
    // The shell's own end tells nothing; the channel is the new manager's alone and ends with it.
    this.#channel.on('disconnect', () => this.look())
    this.#channel.on('error', fail)
  }

  get pid(): number {
    return this.#pid ?? 0
  }

  /**
   * Sees whether it has ended. To be called now and then: Node tells of the end of a channel only when all connections that were
   * sent over it are acknowledged, which one that has ended does not do.
   */
  look(): void {
    if (this.#channel?.connected !== true) this.#end('it has ended')
  }

  #end(because: string): void {
    if (this.#ended) return
    this.#ended = true
    this.#onEnd(because)
  }

  kill(): void {
    if (this.#pid === undefined || this.#channel?.connected !== true) return
    try {
      process.kill(this.#pid, 'SIGKILL')
    } catch (error) {
      // It has ended at the same moment.
      if (!(isObject(error) && error['code'] === 'ESRCH')) throw error
    }
  }

  tell(message: ToWorker, handle?: unknown): void {
    const channel = this.#channel
    if (channel?.connected !== true) return
    Reflect.apply(channel.send, channel, [message, handle, undefined, () => undefined])
  }
}

/** The old manager, seen from the new one. */
export class Predecessor implements Party {
  /** `undefined` when this manager was started by nobody of its kind. */
  static fromEnvironment(): Predecessor | undefined {
    const { [inheritVariable]: fd, [listenVariable]: listen = '' } = process.env
    delete process.env[inheritVariable]
    delete process.env[listenVariable]
    return fd === undefined || process.send === undefined ? undefined : new Predecessor(Number(fd), listen)
  }

  readonly fd: number
  /** What the descriptor listens on; `undefined` where the earlier manager is of a version that does not tell. */
  readonly listen: ListenSpec | undefined
  #proven = false

  private constructor(fd: number, listen: string) {
    this.fd = fd
    this.listen = parseListen(listen)
  }

  tellProven(): void {
    this.#proven = true
    if (process.connected === true) process.send?.({ kind: 'proven' })
  }

  /** Only the answer to an adoption is told: a connection that nobody takes ends with the old worker. */
  tell(message: ToWorker): void {
    if (message.kind === 'moved' && message.taken && process.connected === true) {
      process.send?.({ kind: 'adopted', key: message.key })
    }
  }

  /** `onGone`: it has ended though this manager was to take over only later. */
  attend(
    take: (from: Predecessor, key: string, handle: unknown, nginx: boolean) => void,
    onGone: () => void,
  ): void {
    process.on('message', (message: unknown, handle: unknown) => {
      if (!isObject(message) || message['kind'] !== 'adopt' || !isRawHandle(handle)) return
      const { key, nginx } = message
      if (typeof key === 'string') take(this, key, handle, nginx === true)
    })
    process.on('disconnect', () => {
      if (!this.#proven) onGone()
    })
  }
}

function parseListen(text: string): ListenSpec | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isListenSpec(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isListenSpec(value: unknown): value is ListenSpec {
  if (!isObject(value)) return false
  switch (value['kind']) {
    case 'tcp':
      return typeof value['host'] === 'string' && typeof value['port'] === 'number'
    case 'unix':
      return typeof value['path'] === 'string' && typeof value['mode'] === 'number'
    case 'descriptor':
      return typeof value['fd'] === 'number'
    default:
      return false
  }
}
