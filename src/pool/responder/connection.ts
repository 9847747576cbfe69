/** One connection of a web server: how fast it is read, how it is left, and how it ends. Malformed input ends it. */

import { endRequest, protocolStatus, record, recordType } from '../protocol/record.ts'
import type { Exchange } from './exchange.ts'
import { Intake, type IntakeHost, type IntakePort } from './intake.ts'
import type { RawHandle } from './raw-handle.ts'
import type { Wire, WireEvents } from './wire.ts'

export interface ConnectionHost extends IntakeHost {
  /** No request is under way and the stream is between records. */
  readonly onIdle: (connection: Connection) => void
  readonly onClose: (connection: Connection) => void
}

/** Who is known to be at the other end, from the beginning. */
export type Peer = 'nginx' | 'dispatcher'

/** How long input that nobody wants is read after the last answer, so that the kernel does not reset the connection. */
const lingerMs = 2_000
/** Reading stops while more than this is unsent: the peer asks without listening. */
const unsentBytes = 1 << 20
/**
 * FastCGI has no word for "this was the last answer here", and a request that is on its way to a connection that closes is
 * lost. But nginx keeps no connection on which something follows END_REQUEST in the same read: `ngx_http_fastcgi_input_filter`.
 */
const afterLastEnd = record(recordType.getValuesResult, 0)
/**
 * nginx closes a kept connection by itself as soon as anything comes on it: `ngx_http_upstream_keepalive_close_handler`. Where
 * it has just sent a request instead, this is read before the answer, as messages for the error log of which there are none.
 */
const unasked = record(recordType.stderr, 1)

export class Connection implements IntakePort, WireEvents {
  readonly #wire: Wire
  readonly #host: ConnectionHost
  readonly #intake: Intake
  readonly #isLink: boolean
  #waiting: (() => void)[] = []
  #closing = false
  /** It closes while the peer still sends. */
  #lingers = false
  /** The last write asked for more of them. */
  #hasRoom = true
  #paused = false
  #takesMore = true
  #retiring = false
  #dismissed = false
  #nudged = false
  /** As the first request has told. */
  #nginx: boolean | undefined
  #ended = false
  /** Counts what came and what was answered. */
  #activity = 0
  #seenActivity = -1
  #seenSendState = 0
  #quietSince = 0

  constructor(wire: Wire, host: ConnectionHost, peer?: Peer) {
    this.#wire = wire
    this.#host = host
    this.#intake = new Intake(host, this)
    this.#isLink = peer === 'dispatcher'
    if (peer === 'nginx') this.#nginx = true
  }

  /** Begins to read; a request that is there already may be answered before this returns. */
  start(): void {
    this.#wire.start(this)
  }

  /** No request is under way, nothing of one has come, and everything is sent. */
  get idle(): boolean {
    return this.#intake.idle && this.#wire.unsentBytes === 0 && !this.#closing
  }

  /** The rest of a record or of a request is due from a web server. The dispatcher waits for its own. */
  get awaitsInput(): boolean {
    return !this.#isLink && !this.#closing && !this.#paused && !this.#intake.complete
  }

  /** A web server has not taken all that it was sent. */
  get awaitsTaking(): boolean {
    return !this.#isLink && this.#wire.unsentBytes > 0
  }

  /** No request is under way. */
  get unused(): boolean {
    return this.#intake.exchanges.size === 0
  }

  get closing(): boolean {
    return this.#closing
  }

  /** How long nothing came or went and no request ended, in milliseconds, as far as earlier calls have seen: call it now and then. */
  quietMs(now: number): number {
    const { sendState } = this.#wire
    if (this.#seenActivity !== this.#activity || this.#seenSendState !== sendState) {
      this.#seenActivity = this.#activity
      this.#seenSendState = sendState
      this.#quietSince = now
    }
    return now - this.#quietSince
  }

  /** nginx is known to be at the other end. */
  get nginx(): boolean {
    return this.#nginx === true
  }

  /** The web server has been asked to close it. */
  get nudged(): boolean {
    return this.#nudged
  }

  /** The next answer is to be the last, where the web server can be told; an idle connection is closed by it, where it can. */
  retire(): void {
    this.#retiring = true
    if (this.#nudged || !this.nginx || !this.idle || this.#ended) return
    this.#nudged = true
    this.#activity++
    this.send(unasked)
  }

  /** From now on nothing is read beyond what is needed to finish the requests that have begun. */
  takeNoMore(): void {
    this.#takesMore = false
    this.#stopIfComplete()
  }

  /** Leaves what may come in the kernel. `undefined` where the stream is no socket, or holds bytes that were read. */
  stopReading(): RawHandle | undefined {
    const handle = this.#ended ? undefined : this.#wire.handle
    if (handle !== undefined) this.#wire.pause()
    return handle
  }

  resumeReading(): void {
    this.#takesMore = true
    this.#activity++
    this.#wire.resume()
  }

  /** Another process has it now. */
  release(): void {
    this.#closing = true
    this.#wire.release()
  }

  close(): void {
    this.#closing = true
    this.#wire.close()
  }

  send(bytes: Uint8Array | string): boolean {
    this.#hasRoom = this.#wire.write(bytes)
    if (!this.#hasRoom && this.#wire.unsentBytes > unsentBytes) this.#regulate()
    return this.#hasRoom
  }

  writable(): Promise<void> {
    if (this.#hasRoom) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  inputTaken(): void {
    if (this.#paused) this.#regulate()
  }

  farewell(exchange: Exchange): Uint8Array | undefined {
    if (!this.#retiring || !exchange.keepConnection || this.#intake.exchanges.size > 1) return undefined
    this.#dismissed = this.#isOfNginx(exchange)
    return this.#dismissed ? afterLastEnd : undefined
  }

  ended(exchange: Exchange, whole: boolean): void {
    this.#intake.exchanges.delete(exchange)
    this.#activity++
    if (exchange.dispatched && exchange.keepConnection) this.#nginx ??= this.#isOfNginx(exchange)
    const alone = this.#intake.exchanges.size === 0
    // Closing is how FastCGI says that an answer is cut off. It must not hit the connection's other requests, nor the worker.
    const isTold = !whole && (!alone || this.#isLink)
    if (isTold) this.#wire.write(endRequest(exchange.id, 1, protocolStatus.complete))
    // Its body, of which no more will be read, may have been what stopped the reading.
    if (this.#paused) this.#regulate()
    if (!alone) return
    // A peer that has sent its last byte can use the connection for nothing more.
    const isKept = exchange.keepConnection && (whole || isTold) && !this.#ended && !this.#dismissed
    if (!isKept) this.#finish(exchange.inputComplete)
    else if (!this.#intake.decoding) this.#host.onIdle(this)
  }

  #isOfNginx(exchange: Exchange): boolean {
    return exchange.param('SERVER_SOFTWARE')?.startsWith('nginx') === true
  }

  /** Closes it once all is sent. */
  #finish(inputComplete: boolean): void {
    this.#closing = true
    this.#lingers = !inputComplete
    const wire = this.#wire
    if (inputComplete && wire.unsentBytes === 0) {
      wire.close()
      return
    }
    wire.resume()
    wire.end()
  }

  onFinish(): void {
    if (this.#lingers) setTimeout(() => this.#wire.close(), lingerMs).unref()
    else if (this.#closing) this.#wire.close()
  }

  onData(chunk: Buffer, length: number): void {
    this.#activity++
    if (this.#closing) return
    if (!this.#intake.push(chunk, length)) {
      this.close()
      return
    }
    this.#regulate()
    this.#stopIfComplete()
    if (this.idle) this.#host.onIdle(this)
  }

  #stopIfComplete(): void {
    if (!this.#takesMore && this.#intake.complete) this.stopReading()
  }

  /** Reads on only while what has come is being used and what was answered is being taken. */
  #regulate(): void {
    if (!this.#paused && this.#intake.exchanges.size === 0 && this.#wire.unsentBytes === 0) return
    const waiting = this.#intake.waitingBytes
    const pause =
      !this.#closing && (waiting > this.#host.limits.bodyBufferBytes || this.#wire.unsentBytes > unsentBytes)
    if (pause === this.#paused) return
    this.#paused = pause
    if (pause) {
      this.#wire.pause()
      return
    }
    // From here on the web server has its time again.
    this.#activity++
    this.#wire.resume()
    this.#stopIfComplete()
  }

  onDrain(): void {
    this.#wakeWriters()
    this.#regulate()
    if (this.idle) this.#host.onIdle(this)
  }

  /** The peer sends no more, by which a web server gives its requests up. It may still read what there is of their answers. */
  onEnd(): void {
    this.#ended = true
    this.#intake.end(new Error('the web server closed the connection'))
    if (this.#intake.exchanges.size === 0) this.#wire.end()
  }

  onClose(): void {
    this.#closing = true
    this.#intake.lose(new Error('the web server closed the connection'))
    this.#wakeWriters()
    this.#host.onClose(this)
  }

  #wakeWriters(): void {
    this.#hasRoom = true
    for (const resume of this.#waiting.splice(0)) resume()
  }
}
