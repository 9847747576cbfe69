/** What a connection is carried by. Here over any duplex stream; `socket-wire.ts` has a quicker one for sockets. */

import type { Duplex } from 'node:stream'
import { handleOf, type RawHandle } from './raw-handle.ts'

/** What a wire tells. Nothing before `start`, and nothing after `onClose` or `release`. */
export interface WireEvents {
  /** The first `length` of the bytes are what came. The memory is lent during the call. */
  onData(bytes: Buffer, length: number): void
  /** The peer sends no more; it may still read. At most once. */
  onEnd(): void
  /** All is sent, after a `write` that returned false. */
  onDrain(): void
  /** All is sent, and the peer has been told that nothing more comes, after `end`. */
  onFinish(): void
  /** Once, whoever closed it and however; never within a call to the wire. */
  onClose(): void
}

export interface Wire {
  /** Bytes that were written and that the kernel has not taken. */
  readonly unsentBytes: number
  /** Another number whenever the kernel has taken some of what is unsent. */
  readonly sendState: number
  start(events: WireEvents): void
  /** Sends, or keeps until it can be sent; of a string each character is a byte. False when the writer should wait for `onDrain`. Does nothing on a wire that is closed. */
  write(bytes: Uint8Array | string): boolean
  /** Where there is one, and nothing that came is held here. */
  readonly handle: RawHandle | undefined
  /** Leaves in the kernel what may come. */
  pause(): void
  resume(): void
  /** Tells the peer, behind what is unsent, that nothing more comes. */
  end(): void
  /** At once, with what is unsent. */
  close(): void
  /** Closes this process's end of a wire that another has taken over; tells nothing. */
  release(): void
}

export class StreamWire implements Wire {
  readonly #stream: Duplex
  #events: WireEvents | undefined

  constructor(stream: Duplex) {
    this.#stream = stream
  }

  get unsentBytes(): number {
    return this.#stream.writableLength
  }

  get sendState(): number {
    // A stream counts what it has given to its handle until all of it is sent.
    return this.#stream.writableLength + (handleOf(this.#stream)?.writeQueueSize ?? 0)
  }

  start(events: WireEvents): void {
    this.#events = events
    const stream = this.#stream
    stream.on('data', (bytes: Buffer) => this.#events?.onData(bytes, bytes.length))
    stream.on('end', () => this.#events?.onEnd())
    stream.on('drain', () => this.#events?.onDrain())
    stream.on('finish', () => this.#events?.onFinish())
    stream.on('close', () => this.#events?.onClose())
    // A reset is how some web servers close; 'close' follows.
    stream.on('error', () => undefined)
  }

  write(bytes: Uint8Array | string): boolean {
    return this.#stream.destroyed || this.#stream.writableEnded || this.#stream.write(bytes, 'latin1')
  }

  get handle(): RawHandle | undefined {
    return this.#stream.readableLength === 0 ? handleOf(this.#stream) : undefined
  }

  pause(): void {
    this.#stream.pause()
    handleOf(this.#stream)?.readStop()
  }

  resume(): void {
    this.#stream.resume()
    handleOf(this.#stream)?.readStart()
  }

  end(): void {
    this.#stream.end()
  }

  close(): void {
    this.#stream.destroy()
  }

  release(): void {
    this.#events = undefined
    this.#stream.destroy()
  }
}
