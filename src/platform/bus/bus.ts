/** A message bus that may be absent, go away and come back: calls with a time limit, signals, and which of both it is. */

import { EventEmitter } from 'node:events'
import { busSocket } from './address.ts'
import { type Connection, openConnection } from './dbus-next.ts'
import type { MethodCall, Reply, Signal } from './message.ts'
import { occurs } from './occurs.ts'

interface BusEvents {
  /** Connected, for the first time or again, and all match rules are in force. */
  connected: []
  /** It cannot be reached, told once until it is `connected` again; it is tried again all the time. */
  lost: [reason: string]
  /** Only what a match rule asks for, or what somebody sent to us alone: check the sender. */
  signal: [signal: Signal]
}

export interface BusOptions {
  /** `system`, `session`, or an address such as `unix:path=/run/bus`. */
  readonly address: string
  /** Delay before the second attempt to connect; it doubles with each one. */
  readonly firstDelayMs?: number
  readonly longestDelayMs?: number
  /** How long the bus itself may take to let us in, or to show that it still lives when a call was not answered. */
  readonly answerMs?: number
}

/** Starts to connect and returns at once. The process is kept alive until `close`. */
export const connectBus = (options: BusOptions): Bus => new Bus(options)

export class Bus extends EventEmitter<BusEvents> {
  readonly #options: Required<BusOptions>
  readonly #matches: string[] = []
  #connection: Connection | undefined
  #ready = false
  #told: 'nothing' | 'connected' | 'lost' = 'nothing'
  #delayMs: number
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: BusOptions) {
    super()
    this.setMaxListeners(0)
    this.#options = { firstDelayMs: 100, longestDelayMs: 10_000, answerMs: 5_000, ...options }
    this.#delayMs = this.#options.firstDelayMs
    this.#timer = setTimeout(() => this.#connect(), 0)
  }

  /** Connected, with all match rules in force. */
  get connected(): boolean {
    return this.#ready
  }

  /** Calls a method, waiting for the bus where it is away; settles within `timeoutMs` whatever happens. */
  async call(call: MethodCall, timeoutMs = 25_000): Promise<Reply> {
    const deadline = performance.now() + timeoutMs
    if (!this.#ready) await occurs(this, 'connected', timeoutMs)
    return this.#ready && this.#connection
      ? this.#connection.call(call, Math.max(deadline - performance.now(), 1))
      : { kind: 'unsent', message: 'the message bus cannot be reached' }
  }

  /** Asks the bus for the signals of `rule`, now and after every reconnection. Resolves when the bus has answered. */
  async addMatch(rule: string): Promise<void> {
    this.#matches.push(rule)
    if (this.#connection) await addMatch(this.#connection, rule)
  }

  /** Takes back one `addMatch` of the same rule. */
  removeMatch(rule: string): void {
    const index = this.#matches.indexOf(rule)
    if (index < 0) return
    this.#matches.splice(index, 1)
    void this.#connection?.call(driver('RemoveMatch', rule), callMs)
  }

  /** Disconnects for good; pending calls settle. */
  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#connection?.close('the connection was closed')
  }

  #connect(): void {
    const socket = busSocket(this.#options.address, process.env)
    if (socket.kind === 'unusable') {
      this.#retry(socket.message)
      return
    }
    const begun = performance.now()
    const connection = openConnection({
      path: socket.path,
      answerMs: this.#options.answerMs,
      listener: {
        connected: () => void inForce.then(() => this.#onConnected(connection)),
        signal: (signal) => this.emit('signal', signal),
        closed: (reason) => {
          // One that lasted is no part of a row of failures.
          if (performance.now() - begun > this.#options.longestDelayMs)
            this.#delayMs = this.#options.firstDelayMs
          this.#retry(reason)
        },
      },
    })
    this.#connection = connection
    // Sent behind Hello, so that no signal after it is missed.
    const inForce = Promise.all(this.#matches.map((rule) => addMatch(connection, rule)))
  }

  #onConnected(connection: Connection): void {
    if (connection !== this.#connection || this.#closed) return
    this.#ready = true
    this.#told = 'connected'
    this.emit('connected')
  }

  #retry(reason: string): void {
    this.#connection = undefined
    this.#ready = false
    if (this.#closed) return
    this.#timer = setTimeout(() => this.#connect(), this.#delayMs)
    this.#delayMs = Math.min(this.#delayMs * 2, this.#options.longestDelayMs)
    if (this.#told === 'lost') return
    this.#told = 'lost'
    this.emit('lost', reason)
  }
}

const callMs = 25_000

/** Without its rules a connection would be deaf and look well: it is better ended and made again. */
async function addMatch(connection: Connection, rule: string): Promise<void> {
  const reply = await connection.call(driver('AddMatch', rule), callMs)
  if (reply.kind !== 'reply') connection.close(`the bus refused a match rule: ${reply.message}`)
}

const driver = (member: string, rule: string): MethodCall => ({
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
  member,
  signature: 's',
  body: [rule],
})
