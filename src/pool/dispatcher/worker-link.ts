/** The dispatcher's end of a link to one worker: a FastCGI client that has one request under way at a time. */

import type { Socket } from 'node:net'
import { RecordDecoder } from '../protocol/decoder.ts'
import { beginRequest, record, recordType, streamRecords } from '../protocol/record.ts'
import type { Exchange } from '../responder/exchange.ts'

export interface LinkEvents {
  /** Its request is done, for better or worse. */
  onDone(link: WorkerLink): void
  onClose(link: WorkerLink): void
}

/** Each link knows one request only. */
const requestId = 1

export class WorkerLink {
  readonly #stream: Socket
  readonly #events: LinkEvents
  readonly #decoder = new RecordDecoder((type, _, bytes, start, end) =>
    this.#onRecord(type, bytes.subarray(start, end)),
  )
  #exchange: Exchange | undefined
  #answered = false
  #output: Buffer[] = []
  #waiting: (() => void)[] = []
  #retired = false

  constructor(stream: Socket, events: LinkEvents) {
    this.#stream = stream
    this.#events = events
    stream.on('data', (chunk: Buffer) => this.#onData(chunk))
    // Its reason is the worker's, and the manager sees that end.
    stream.on('error', () => stream.destroy())
    stream.on('end', () => stream.destroy())
    stream.on('drain', () => this.#wakeSenders())
    stream.on('close', () => this.#onClose())
  }

  get idle(): boolean {
    return this.#exchange === undefined && !this.#retired && !this.#stream.destroyed
  }

  assign(exchange: Exchange): void {
    this.#exchange = exchange
    this.#answered = false
    exchange.onAbort = () => {
      if (this.#exchange === exchange) this.#stream.write(record(recordType.abortRequest, requestId))
    }
    const whole = exchange.inputComplete && exchange.body.size === 0
    const head = [
      beginRequest(requestId, true),
      ...streamRecords(recordType.params, requestId, Buffer.from(exchange.rawParams, 'latin1')),
      record(recordType.params, requestId),
      ...(whole ? [record(recordType.stdin, requestId)] : []),
    ]
    this.#stream.write(Buffer.concat(head))
    if (!whole) void this.#sendBody(exchange)
  }

  /** Takes no further request; the link closes when the present one is done, and with it the worker. */
  retire(): void {
    this.#retired = true
    if (this.#exchange === undefined) this.#stream.destroy()
  }

  async #sendBody(exchange: Exchange): Promise<void> {
    try {
      for (;;) {
        const chunk = await exchange.body.next()
        // The request may have been answered in the meantime, and another one be under way.
        if (this.#exchange !== exchange) return
        if (chunk === undefined) break
        let room = true
        for (const each of streamRecords(recordType.stdin, requestId, chunk)) room = this.#stream.write(each)
        if (!room) await new Promise<void>((resolve) => this.#waiting.push(resolve))
      }
    } catch {
      // The body broke off. An abort the worker has been told; else it sees by the length that some is missing.
      if (this.#exchange !== exchange || exchange.aborted) return
    }
    this.#stream.write(record(recordType.stdin, requestId))
  }

  #wakeSenders(): void {
    for (const resume of this.#waiting.splice(0)) resume()
  }

  #onData(chunk: Buffer): void {
    if (!this.#decoder.push(chunk)) this.#stream.destroy()
    this.#flush()
  }

  #onRecord(type: number, content: Buffer): void {
    const exchange = this.#exchange
    if (exchange === undefined) return
    if (type === recordType.stdout) {
      if (content.length > 0) this.#output.push(content)
    } else if (type === recordType.stderr) {
      exchange.writeError(content)
    } else if (type === recordType.endRequest) {
      this.#end(exchange, content)
    }
  }

  #end(exchange: Exchange, content: Buffer): void {
    const appStatus = content.length >= 4 ? content.readUInt32BE(0) : 0
    // In one piece, if this is the whole answer or its rest.
    if (appStatus === 0) exchange.answer('', Buffer.concat(this.#output))
    else if (this.#answered || this.#output.length > 0) {
      exchange.write(Buffer.concat(this.#output))
      exchange.cutOff()
    } else exchange.end(appStatus)
    this.#output = []
    this.#done(exchange)
  }

  #flush(): void {
    const exchange = this.#exchange
    if (exchange === undefined || this.#output.length === 0) return
    this.#answered = true
    const room = exchange.write(Buffer.concat(this.#output))
    this.#output = []
    if (room) return
    this.#stream.pause()
    void exchange.writable().then(() => this.#stream.resume())
  }

  #done(exchange: Exchange): void {
    exchange.onAbort = undefined
    this.#exchange = undefined
    this.#stream.resume()
    if (this.#retired) this.#stream.destroy()
    this.#events.onDone(this)
  }

  #onClose(): void {
    const exchange = this.#exchange
    this.#exchange = undefined
    this.#wakeSenders()
    if (exchange !== undefined) {
      exchange.onAbort = undefined
      if (this.#answered) exchange.cutOff()
      else exchange.end(1)
      this.#events.onDone(this)
    }
    this.#events.onClose(this)
  }
}
