/** One connection of a web server: records in, exchanges out. Malformed input ends it. */

import { RecordDecoder } from '../protocol/decoder.ts'
import { answerManagement, type Capacity } from '../protocol/management.ts'
import { endRequest, protocolStatus, record, recordType, role } from '../protocol/record.ts'
import { answerPlainly } from './cgi-head.ts'
import { Exchange, type ExchangePort } from './exchange.ts'
import { Exchanges } from './exchanges.ts'
import type { RawHandle } from './raw-handle.ts'
import type { Wire, WireEvents } from './wire.ts'

export interface Limits extends Capacity {
  readonly paramBytes: number
  /** Of request bodies that wait to be read, for each connection. */
  readonly bodyBufferBytes: number
}

export interface ConnectionHost {
  readonly limits: Limits
  /** Requests under way over all connections. */
  readonly activeRequests: () => number
  /** The params are complete; the body may still come. Must answer or end the exchange, some time. */
  readonly onRequest: (exchange: Exchange) => void
  /** No request is under way and the stream is between records. */
  readonly onIdle: (connection: Connection) => void
  readonly onClose: (connection: Connection) => void
}

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

export class Connection implements ExchangePort, WireEvents {
  readonly #wire: Wire
  readonly #host: ConnectionHost
  readonly #decoder = new RecordDecoder((type, id, bytes, start, end) =>
    this.#onRecord(type, id, bytes, start, end),
  )
  readonly #exchanges = new Exchanges()
  #begun: Exchange[] = []
  #waiting: (() => void)[] = []
  #lastOneKept = true
  #closing = false
  /** The last write asked for more of them. */
  #hasRoom = true
  #paused = false
  #decoding = false
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
  #quietSince = 0

  /** `nginx`: that is known to be at the other end. */
  constructor(wire: Wire, host: ConnectionHost, nginx = false) {
    this.#wire = wire
    this.#host = host
    if (nginx) this.#nginx = true
  }

  /** Begins to read; a request that is there already may be answered before this returns. */
  start(): void {
    this.#wire.start(this)
  }

  /** No request is under way, nothing of one has come, and everything is sent. */
  get idle(): boolean {
    return (
      this.#exchanges.size === 0 &&
      !this.#decoding &&
      this.#decoder.atBoundary &&
      this.#wire.unsentBytes === 0 &&
      !this.#closing
    )
  }

  /** Something is due from the web server: the rest of a record or of a request. */
  get awaitsInput(): boolean {
    if (this.#paused) return false
    return !this.#decoder.atBoundary || this.#exchanges.all().some((each) => !each.inputComplete)
  }

  /** How long nothing came and no request ended, in milliseconds, as far as earlier calls have seen: call it now and then. */
  quietMs(now: number): number {
    if (this.#seenActivity !== this.#activity) {
      this.#seenActivity = this.#activity
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
    if (!this.#retiring || !exchange.keepConnection || this.#exchanges.size > 1) return undefined
    this.#dismissed = this.#isOfNginx(exchange)
    return this.#dismissed ? afterLastEnd : undefined
  }

  ended(exchange: Exchange, whole: boolean): void {
    this.#exchanges.delete(exchange)
    this.#activity++
    if (exchange.dispatched && exchange.keepConnection) this.#nginx ??= this.#isOfNginx(exchange)
    const alone = this.#exchanges.size === 0
    // Closing is how FastCGI says that an answer is cut off. It must not hit the connection's other requests.
    if (!whole && !alone) this.#wire.write(endRequest(exchange.id, 1, protocolStatus.complete))
    // A peer that has sent its last byte can use the connection for nothing more.
    this.#lastOneKept = exchange.keepConnection && whole && !this.#ended && !this.#dismissed
    if (!alone) return
    if (!this.#lastOneKept) this.#finish(exchange.inputComplete)
    else if (!this.#decoding) this.#host.onIdle(this)
  }

  #isOfNginx(exchange: Exchange): boolean {
    return exchange.param('SERVER_SOFTWARE')?.startsWith('nginx') === true
  }

  #finish(inputComplete: boolean): void {
    this.#closing = true
    const wire = this.#wire
    if (inputComplete && wire.unsentBytes === 0) {
      wire.close()
      return
    }
    wire.resume()
    wire.end()
    setTimeout(() => wire.close(), lingerMs).unref()
  }

  onData(chunk: Buffer, length: number): void {
    this.#activity++
    if (this.#closing) return
    this.#decoding = true
    const sound = this.#decoder.push(chunk, length)
    this.#decoding = false
    if (!sound) {
      this.close()
      return
    }
    if (this.#begun.length > 0) this.#handOut()
    this.#regulate()
    this.#stopIfComplete()
    if (this.idle) this.#host.onIdle(this)
  }

  #handOut(): void {
    const begun = this.#begun
    this.#begun = []
    for (const exchange of begun) if (!exchange.over) this.#host.onRequest(exchange)
  }

  #stopIfComplete(): void {
    if (this.#takesMore || !this.#decoder.atBoundary) return
    for (const exchange of this.#exchanges.all()) if (!exchange.inputComplete) return
    this.stopReading()
  }

  #onRecord(type: number, id: number, bytes: Buffer, start: number, end: number): void {
    if (this.#closing) return
    if (id === 0) {
      this.send(answerManagement(type, bytes.toString('latin1', start, end), this.#host.limits))
      return
    }
    if (type === recordType.beginRequest) {
      this.#begin(id, bytes, start, end)
      return
    }
    const exchange = this.#exchanges.get(id)
    if (exchange === undefined) return
    if (type === recordType.params) this.#onParams(exchange, bytes, start, end)
    else if (type === recordType.stdin) this.#onStdin(exchange, bytes, start, end)
    else if (type === recordType.abortRequest) this.#onAbort(exchange)
  }

  #begin(id: number, bytes: Buffer, start: number, end: number): void {
    if (end - start < 8 || this.#exchanges.get(id) !== undefined) {
      this.close()
      return
    }
    const exchange = new Exchange(id, ((bytes[start + 2] ?? 0) & 1) === 1, this)
    this.#exchanges.add(exchange)
    if (bytes.readUInt16BE(start) !== role.responder) {
      exchange.end(0, protocolStatus.unknownRole)
      return
    }
    const { requests } = this.#host.limits
    if (this.#exchanges.size > requests || this.#host.activeRequests() >= requests) {
      exchange.end(0, protocolStatus.overloaded)
    }
  }

  #onParams(exchange: Exchange, bytes: Buffer, start: number, end: number): void {
    if (exchange.inputComplete || exchange.dispatched) return
    if (end > start) {
      if (exchange.rawParams.length + end - start > this.#host.limits.paramBytes) this.#refuse(exchange, 431)
      else exchange.addParams(bytes.toString('latin1', start, end))
      return
    }
    if (exchange.completeParams()) this.#begun.push(exchange)
    else this.#refuse(exchange, 400)
  }

  #refuse(exchange: Exchange, status: number): void {
    answerPlainly(exchange, status, 'The request cannot be read.')
  }

  #onStdin(exchange: Exchange, bytes: Buffer, start: number, end: number): void {
    if (exchange.inputComplete) return
    if (end > start) {
      exchange.body.push(new Uint8Array(bytes.subarray(start, end)))
      return
    }
    exchange.completeInput()
  }

  #onAbort(exchange: Exchange): void {
    exchange.abort(new Error('the web server gave up the request'))
    // One that has been handed out is ended by its handler, which may have to tidy up first.
    if (!exchange.dispatched || this.#begun.includes(exchange)) exchange.end(1)
  }

  /** Reads on only while what has come is being used and what was answered is being taken. */
  #regulate(): void {
    if (!this.#paused && this.#exchanges.size === 0 && this.#wire.unsentBytes === 0) return
    let waiting = 0
    for (const { waitingBytes } of this.#exchanges.all()) waiting += waitingBytes
    const pause =
      !this.#closing && (waiting > this.#host.limits.bodyBufferBytes || this.#wire.unsentBytes > unsentBytes)
    if (pause === this.#paused) return
    this.#paused = pause
    if (pause) {
      this.#wire.pause()
      return
    }
    this.#wire.resume()
    this.#stopIfComplete()
  }

  onDrain(): void {
    this.#wakeWriters()
    this.#regulate()
    if (this.idle) this.#host.onIdle(this)
  }

  /** The peer sends no more. It may still read, as one does that has shut down its sending side only. */
  onEnd(): void {
    this.#ended = true
    const reason = new Error('the web server closed the connection')
    for (const exchange of this.#exchanges.all()) {
      exchange.abort(reason)
      if (!exchange.dispatched) this.#exchanges.delete(exchange)
    }
    if (this.#exchanges.size === 0) this.#wire.end()
  }

  onClose(): void {
    this.#closing = true
    for (const exchange of this.#exchanges.all())
      exchange.lose(new Error('the web server closed the connection'))
    this.#exchanges.clear()
    this.#wakeWriters()
    this.#host.onClose(this)
  }

  #wakeWriters(): void {
    this.#hasRoom = true
    for (const resume of this.#waiting.splice(0)) resume()
  }
}
