/** Where connections come in: the listening socket and the connections of one process, and how it leaves them in peace. */

import { createServer, type Server } from 'node:net'
import type { Duplex } from 'node:stream'
import { Connection, type ConnectionHost, type Peer } from './connection.ts'
import type { Exchange } from './exchange.ts'
import type { Limits } from './intake.ts'
import { type RawHandle, takeConnections } from './raw-handle.ts'
import { SocketWire } from './socket-wire.ts'
import { StreamWire, type Wire } from './wire.ts'

export interface DoorHost {
  readonly limits: Limits
  readonly activeRequests: () => number
  readonly onRequest: (exchange: Exchange) => void
  /** Gives an idle connection to another process; `moved` tells how it went. `nginx`: what `adopt` is to be told. */
  readonly move: (key: string, handle: RawHandle, nginx: boolean) => void
  /** The last connection has gone after `leave`. */
  readonly onLeft: () => void
}

/** How long the web server may send nothing of what is due, and take nothing of what it was sent. */
export interface Patience {
  readonly inputTimeoutMs: number
  readonly outputTimeoutMs: number
}

const longestQuietMs = 1_000
const lookMs = 5

export class Door {
  readonly #host: DoorHost
  readonly #connections = new Set<Connection>()
  readonly #moving = new Map<string, Connection>()
  readonly #connectionHost: ConnectionHost
  #server: Server | undefined
  #leaving: 'moving' | 'closing' | undefined
  #closer: NodeJS.Timeout | undefined
  #moves = 0

  constructor(host: DoorHost) {
    this.#host = host
    this.#connectionHost = {
      limits: host.limits,
      activeRequests: host.activeRequests,
      onRequest: host.onRequest,
      onIdle: (connection) => this.#onIdle(connection),
      onClose: (connection) => this.#forget(connection),
    }
  }

  /** No connection is left. */
  get empty(): boolean {
    return this.#connections.size === 0
  }

  /** Accepts on a listening or bound descriptor, which other processes share. `onError`: it cannot be used. */
  open(fd: number, onOpen: () => void, onError: (error: Error) => void): void {
    const server = createServer({ allowHalfOpen: true }, (socket) => this.#add(new StreamWire(socket)))
    this.#server = server
    server.on('error', onError)
    server.listen({ fd, backlog: 511 }, () => {
      takeConnections(server, (handle) => this.adopt(handle, false))
      onOpen()
    })
  }

  /** Takes the link with the dispatcher, over which requests come as from a web server. */
  admit(link: Duplex): void {
    this.#add(new StreamWire(link), 'dispatcher')
  }

  /** Takes a connection that another process accepted. `nginx`: that is known to be at the other end. */
  adopt(handle: RawHandle, nginx: boolean): void {
    this.#add(new SocketWire(handle), nginx ? 'nginx' : undefined)
  }

  /** Accepts no more. Idle connections are moved to another process, or closed once they are quiet; all of them long before `withinMs`. */
  leave(move: boolean, withinMs: number): void {
    if (this.#leaving !== undefined) return
    this.#leaving = move ? 'moving' : 'closing'
    this.#server?.close()
    const since = performance.now()
    this.#closer = setInterval(() => this.#closeQuiet(since, withinMs), lookMs)
    this.#closer.unref()
    for (const connection of this.#connections) this.#letGo(connection)
    this.#checkLeft()
  }

  /** Closes whatever has no request under way, with what is unsent. */
  closeUnused(): void {
    this.#leaving = 'closing'
    for (const connection of this.#connections) {
      connection.retire()
      if (connection.unused) connection.close()
    }
  }

  moved(key: string, taken: boolean): void {
    const connection = this.#moving.get(key)
    if (connection === undefined) return
    this.#moving.delete(key)
    if (taken) {
      connection.release()
      this.#forget(connection)
      return
    }
    // Nobody can take it now; it is served here until it is quiet.
    connection.resumeReading()
    connection.retire()
  }

  /** Ends what stalls. Called now and then. */
  watch({ inputTimeoutMs, outputTimeoutMs }: Patience): void {
    const now = performance.now()
    for (const connection of this.#connections) {
      const quietMs = connection.quietMs(now)
      const stalls =
        (quietMs > inputTimeoutMs && connection.awaitsInput) ||
        (quietMs > outputTimeoutMs && connection.awaitsTaking)
      if (stalls) connection.close()
    }
    this.#checkLeft()
  }

  /**
   * A web server other than nginx cannot be told that a connection will close, and a request that is on its way then would be
   * lost. So a connection in use is served until it is quiet; how long it must be quiet gets less with time. nginx closes by
   * itself, at once; only if it is stuck is that done for it.
   */
  #closeQuiet(since: number, withinMs: number): void {
    const now = performance.now()
    const enoughMs = Math.min(longestQuietMs, withinMs / 4) * 2 ** ((-40 * (now - since)) / withinMs)
    for (const connection of this.#connections) {
      const isQuiet = connection.quietMs(now) > (connection.nudged ? longestQuietMs : enoughMs)
      if (isQuiet && connection.idle && !this.#isMoving(connection)) connection.close()
    }
    this.#checkLeft()
  }

  #add(wire: Wire, peer?: Peer): void {
    const connection = new Connection(wire, this.#connectionHost, peer)
    this.#connections.add(connection)
    connection.start()
  }

  #onIdle(connection: Connection): void {
    if (this.#leaving === 'moving') this.#move(connection)
  }

  #letGo(connection: Connection): void {
    if (this.#leaving === 'closing') {
      connection.retire()
      return
    }
    connection.takeNoMore()
    if (connection.idle) this.#move(connection)
  }

  #move(connection: Connection): void {
    const handle = connection.idle && !this.#isMoving(connection) ? connection.stopReading() : undefined
    if (handle === undefined) return
    const key = `${process.pid}.${++this.#moves}`
    this.#moving.set(key, connection)
    this.#host.move(key, handle, connection.nginx)
  }

  #isMoving(connection: Connection): boolean {
    for (const each of this.#moving.values()) if (each === connection) return true
    return false
  }

  #forget(connection: Connection): void {
    this.#connections.delete(connection)
    this.#checkLeft()
  }

  #checkLeft(): void {
    if (this.#leaving === undefined || this.#connections.size > 0) return
    clearInterval(this.#closer)
    this.#host.onLeft()
  }
}
