/** What comes on one connection: records in, exchanges begun, fed and aborted. */

import { RecordDecoder } from '../protocol/decoder.ts'
import { answerManagement, type Capacity } from '../protocol/management.ts'
import { protocolStatus, recordType, role } from '../protocol/record.ts'
import { answerPlainly } from './cgi-head.ts'
import { Exchange, type ExchangePort } from './exchange.ts'
import { Exchanges } from './exchanges.ts'

export interface Limits extends Capacity {
  readonly paramBytes: number
  /** Of request bodies that wait to be read, for each connection. */
  readonly bodyBufferBytes: number
}

export interface IntakeHost {
  readonly limits: Limits
  /** Requests under way over all connections. */
  readonly activeRequests: () => number
  /** The params are complete; the body may still come. Must answer or end the exchange, some time. */
  readonly onRequest: (exchange: Exchange) => void
}

/** What it needs of its connection. */
export interface IntakePort extends ExchangePort {
  /** Nothing that still comes is wanted. */
  readonly closing: boolean
}

export class Intake {
  readonly #host: IntakeHost
  readonly #port: IntakePort
  readonly #decoder = new RecordDecoder((type, id, bytes, start, end) =>
    this.#onRecord(type, id, bytes, start, end),
  )
  readonly exchanges = new Exchanges()
  #begun: Exchange[] = []
  #sound = true
  #decoding = false

  constructor(host: IntakeHost, port: IntakePort) {
    this.#host = host
    this.#port = port
  }

  /** In the middle of what came: more of it may follow. */
  get decoding(): boolean {
    return this.#decoding
  }

  /** No request is under way, and nothing of one has come. */
  get idle(): boolean {
    return this.exchanges.size === 0 && !this.#decoding && this.#decoder.atBoundary
  }

  /** Nothing is due: the rest of a record or of a request. */
  get complete(): boolean {
    if (!this.#decoder.atBoundary) return false
    for (const each of this.exchanges.all()) if (!each.inputComplete || !each.dispatched) return false
    return true
  }

  /** Of request bodies, those that nobody has read yet. */
  get waitingBytes(): number {
    let sum = 0
    for (const { waitingBytes } of this.exchanges.all()) sum += waitingBytes
    return sum
  }

  /** Takes the first `length` bytes of the chunk, as `RecordDecoder` does. False when the stream cannot be followed any more. */
  push(chunk: Buffer, length: number): boolean {
    this.#decoding = true
    this.#sound = this.#decoder.push(chunk, length) && this.#sound
    this.#decoding = false
    if (this.#sound && this.#begun.length > 0) this.#handOut()
    return this.#sound
  }

  /** The peer sends no more; it may still read. */
  end(reason: Error): void {
    for (const exchange of this.exchanges.all()) {
      exchange.abort(reason)
      if (!exchange.dispatched) this.exchanges.delete(exchange)
    }
  }

  /** The peer has gone. */
  lose(reason: Error): void {
    for (const exchange of this.exchanges.all()) exchange.lose(reason)
    this.exchanges.clear()
  }

  #handOut(): void {
    const begun = this.#begun
    this.#begun = []
    for (const exchange of begun) if (!exchange.over) this.#host.onRequest(exchange)
  }

  #onRecord(type: number, id: number, bytes: Buffer, start: number, end: number): void {
    if (this.#port.closing || !this.#sound) return
    if (id === 0) {
      this.#port.send(answerManagement(type, bytes.toString('latin1', start, end), this.#host.limits))
      return
    }
    if (type === recordType.beginRequest) {
      this.#onBegin(id, bytes, start, end)
      return
    }
    const exchange = this.exchanges.get(id)
    if (exchange === undefined) return
    if (type === recordType.params) this.#onParams(exchange, bytes, start, end)
    else if (type === recordType.stdin) this.#onStdin(exchange, bytes, start, end)
    else if (type === recordType.abortRequest) this.#onAbort(exchange)
  }

  #onBegin(id: number, bytes: Buffer, start: number, end: number): void {
    if (end - start < 8 || this.exchanges.get(id) !== undefined) {
      this.#sound = false
      return
    }
    const exchange = new Exchange(id, ((bytes[start + 2] ?? 0) & 1) === 1, this.#port)
    this.exchanges.add(exchange)
    if (bytes.readUInt16BE(start) !== role.responder) {
      exchange.end(0, protocolStatus.unknownRole)
      return
    }
    const { requests } = this.#host.limits
    if (this.exchanges.size > requests || this.#host.activeRequests() >= requests) {
      exchange.end(0, protocolStatus.overloaded)
    }
  }

  #onParams(exchange: Exchange, bytes: Buffer, start: number, end: number): void {
    if (exchange.dispatched) return
    if (end > start) {
      if (exchange.rawParams.length + end - start > this.#host.limits.paramBytes) refuse(exchange, 431)
      else exchange.addParams(bytes.toString('latin1', start, end))
      return
    }
    if (exchange.completeParams()) this.#begun.push(exchange)
    else refuse(exchange, 400)
  }

  #onStdin(exchange: Exchange, bytes: Buffer, start: number, end: number): void {
    if (exchange.inputComplete) return
    if (end > start) {
      exchange.takeInput(new Uint8Array(bytes.subarray(start, end)))
      return
    }
    exchange.completeInput()
  }

  #onAbort(exchange: Exchange): void {
    exchange.abort(new Error('the web server gave up the request'))
    // One that has been handed out is ended by its handler, which may have to tidy up first.
    if (!exchange.dispatched || this.#begun.includes(exchange)) exchange.end(1)
  }
}

function refuse(exchange: Exchange, status: number): void {
  answerPlainly(exchange, status, 'The request cannot be read.')
}
