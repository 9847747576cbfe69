/** One request and its answer, from BEGIN_REQUEST to END_REQUEST. Knows the protocol's side of it and no web types. */

import { Buffer } from 'node:buffer'
import { decodePairs, methodIn, type NameValues, valueIn } from '../protocol/name-values.ts'
import {
  completeText,
  endRequest,
  endRequestBytes,
  headerBytes,
  headerText,
  maxContentBytes,
  protocolStatus,
  recordType,
  streamRecords,
  writeEndRequest,
  writeHeader,
} from '../protocol/record.ts'
import { ByteQueue } from './byte-queue.ts'

/** What an exchange needs of its connection. */
export interface ExchangePort {
  /** Of a string each character is a byte. False when so much is unsent that the writer should wait for `writable`. */
  send(bytes: Uint8Array | string): boolean
  /** Resolves when more can be sent, or never will be. */
  writable(): Promise<void>
  /** The body's reader has caught up, or will read no more. */
  inputTaken(): void
  /** What is to be sent in one piece with the end of the answer, after it; most often `undefined`. */
  farewell(exchange: Exchange): Uint8Array | undefined
  /** The answer is complete; `whole` is false when it had to be cut off. */
  ended(exchange: Exchange, whole: boolean): void
}

export const byteLength = (body: string | Uint8Array): number =>
  typeof body === 'string' ? Buffer.byteLength(body) : body.length

export class Exchange {
  readonly id: number
  /** The web server wants to use the connection again. */
  readonly keepConnection: boolean
  /** GET where the params name none. Known once they are complete. */
  method = 'GET'
  /** The params are complete. */
  dispatched = false
  /** STDIN has come to its end. */
  inputComplete = false
  /** Nothing more of this exchange will be sent: it was answered, or the web server has gone. */
  over = false
  /** Called when the request is aborted; cheaper than the signal. */
  onAbort: (() => void) | undefined
  readonly #port: ExchangePort
  #body: ByteQueue | undefined
  #inputBytes = 0
  #rawParams = ''
  #params: NameValues | undefined
  #abort: AbortController | undefined
  #abortReason: Error | undefined
  #wakeWriter: (() => void) | undefined

  constructor(id: number, keepConnection: boolean, port: ExchangePort) {
    this.id = id
    this.keepConnection = keepConnection
    this.#port = port
  }

  /** What has come of STDIN. */
  get body(): ByteQueue {
    if (this.#body === undefined) {
      this.#body = new ByteQueue(() => this.#port.inputTaken())
      if (this.inputComplete) this.#body.end(this.#missing())
      else if (this.#abortReason !== undefined) this.#body.end(this.#abortReason)
      else if (this.over) this.#body.discard(answeredBefore())
    }
    return this.#body
  }

  /** A part of STDIN. */
  takeInput(part: Uint8Array<ArrayBuffer>): void {
    this.#inputBytes += part.length
    this.body.push(part)
  }

  /** Of the body, those that nobody has read yet. */
  get waitingBytes(): number {
    return this.#body?.size ?? 0
  }

  /** STDIN has come to its end. */
  completeInput(): void {
    this.inputComplete = true
    this.#body?.end(this.#missing())
  }

  /** A web server whose client went away may end STDIN as if all had come: the specification has the lengths compared (6.2). */
  #missing(): Error | undefined {
    const declared = this.param('CONTENT_LENGTH') ?? ''
    if (!/^\d+$/.test(declared) || this.#inputBytes >= Number(declared)) return undefined
    return new Error(`the request body broke off: ${this.#inputBytes} of ${declared} bytes came`)
  }

  /** The bytes of the params, each a character. */
  get rawParams(): string {
    return this.#rawParams
  }

  get params(): NameValues {
    this.#params ??= decodePairs(this.#rawParams)
    return this.#params
  }

  /** One of the params; for a few of them this is quicker than all. */
  param(name: string): string | undefined {
    return this.#params === undefined ? valueIn(this.#rawParams, name) : this.#params[name]
  }

  /** Aborts when the web server gives the request up, at `request_timeout`, or at the end of a shutdown. */
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController()
      if (this.#abortReason !== undefined) this.#abort.abort(this.#abortReason)
    }
    return this.#abort.signal
  }

  get aborted(): boolean {
    return this.#abortReason !== undefined
  }

  /** `text`: the bytes, each a character. */
  addParams(text: string): void {
    this.#rawParams += text
  }

  /** No more params come. False when what has come are no whole pairs. */
  completeParams(): boolean {
    this.dispatched = true
    const method = methodIn(this.#rawParams)
    if (method === undefined) return false
    this.method = method
    return true
  }

  abort(reason: Error): void {
    if (this.#abortReason !== undefined) return
    this.#abortReason = reason
    this.#body?.end(reason)
    this.#abort?.abort(reason)
    this.#wakeWriter?.()
    this.onAbort?.()
  }

  /** Sends the whole answer, a CGI head and a body, and ends the exchange. `bodyBytes`: how long the body is. */
  answer(head: string, body: string | Uint8Array, bodyBytes: number = byteLength(body)): void {
    if (this.over) return
    const contentBytes = head.length + bodyBytes
    if (contentBytes > maxContentBytes) {
      this.write(Buffer.from(head, 'latin1'))
      this.write(typeof body === 'string' ? Buffer.from(body) : body)
      this.end(0)
      return
    }
    const farewell = this.#port.farewell(this)
    if (typeof body === 'string' && body.length === bodyBytes && farewell === undefined) {
      // All ASCII, which is sent sooner as a string.
      this.#port.send(
        headerText(recordType.stdout, this.id, contentBytes) + head + body + completeText(this.id),
      )
      this.#finish(true)
      return
    }
    const bytes = Buffer.allocUnsafe(
      2 * headerBytes + contentBytes + endRequestBytes + (farewell?.length ?? 0),
    )
    let at = writeHeader(bytes, 0, recordType.stdout, this.id, contentBytes)
    at += bytes.write(head, at, 'latin1')
    if (typeof body === 'string') bytes.write(body, at)
    else bytes.set(body, at)
    at = writeHeader(bytes, headerBytes + contentBytes, recordType.stdout, this.id, 0)
    at = writeEndRequest(bytes, at, this.id, 0, protocolStatus.complete)
    if (farewell !== undefined) bytes.set(farewell, at)
    this.#port.send(bytes)
    this.#finish(true)
  }

  /** Sends a part of STDOUT; false when the writer should wait for `writable`. */
  write(bytes: Uint8Array): boolean {
    return this.#stream(recordType.stdout, bytes)
  }

  /** Sends text to the web server's error log. */
  writeError(text: string | Uint8Array): void {
    this.#stream(recordType.stderr, typeof text === 'string' ? Buffer.from(text) : text)
  }

  /** Resolves when more can be sent, or never will be, and when the request is aborted. One writer at a time. */
  writable(): Promise<void> {
    return new Promise((resolve) => {
      this.#wakeWriter = resolve
      void this.#port.writable().then(resolve)
    })
  }

  /** Ends the exchange properly; what the web server still sends for it is ignored. */
  end(appStatus: number, status: number = protocolStatus.complete): void {
    if (this.over) return
    if (status === protocolStatus.complete) {
      const farewell = this.#port.farewell(this)
      const bytes = Buffer.allocUnsafe(headerBytes + endRequestBytes + (farewell?.length ?? 0))
      const at = writeEndRequest(
        bytes,
        writeHeader(bytes, 0, recordType.stdout, this.id, 0),
        this.id,
        appStatus,
        status,
      )
      if (farewell !== undefined) bytes.set(farewell, at)
      this.#port.send(bytes)
    } else {
      this.#port.send(endRequest(this.id, appStatus, status))
    }
    this.#finish(true)
  }

  /** Ends an exchange whose answer was begun and cannot be finished, so that nobody takes it for a whole one. */
  cutOff(): void {
    if (!this.over) this.#finish(false)
  }

  /** The web server has gone. */
  lose(reason: Error): void {
    this.over = true
    this.abort(reason)
  }

  #stream(type: number, bytes: Uint8Array): boolean {
    if (this.over) return true
    let room = true
    for (const each of streamRecords(type, this.id, bytes)) room = this.#port.send(each)
    return room
  }

  #finish(whole: boolean): void {
    this.over = true
    // What has come whole may still be read.
    if (!this.inputComplete) this.#body?.discard(answeredBefore())
    this.#port.ended(this, whole)
  }
}

const answeredBefore = (): Error => new Error('the request was answered before its body had come')
