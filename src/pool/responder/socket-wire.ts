/**
 * A wire upon the handle of a socket: reads and writes go to the kernel at once, without the cost of a stream between. What the
 * kernel does not take at once goes on by Node's own stream upon the same handle.
 */

import { Buffer } from 'node:buffer'
import { readSync, writeSync } from 'node:fs'
import { type RawHandle, socketOn } from './raw-handle.ts'
import { longestText, writeText } from './text-write.ts'
import { StreamWire, type Wire, type WireEvents } from './wire.ts'

/** Of one read. Shared by all wires: what came is used or copied before anything else is read. */
const readBuffer = Buffer.allocUnsafeSlow(65_536)

export class SocketWire implements Wire {
  readonly #handle: RawHandle
  readonly #fd: number
  #events: WireEvents | undefined
  /** Once the kernel had not taken all of a write. */
  #stream: StreamWire | undefined
  /** Of a text, in front of what the stream has. */
  #waitingBytes = 0
  #ended = false
  #paused = false
  /** No call may use the descriptor any more: its number may be another connection's. */
  #closed = false

  constructor(handle: RawHandle) {
    this.#handle = handle
    this.#fd = handle.fd
  }

  get unsentBytes(): number {
    return this.#waitingBytes + (this.#stream?.unsentBytes ?? 0)
  }

  get sendState(): number {
    return this.#stream?.sendState ?? 0
  }

  /** Reads at once: the first request is there already, most often. */
  start(events: WireEvents): void {
    this.#events = events
    this.#read()
    if (this.#closed || this.#stream !== undefined) return
    let before = this.#handle.bytesRead
    this.#handle.useUserBuffer(readBuffer)
    this.#handle.onread = () => {
      const total = this.#handle.bytesRead
      // Whether it was the end or an error a further read tells.
      if (total === before) this.#read()
      else this.#take(total - before)
      before = total
    }
    if (!this.#paused) this.#handle.readStart()
  }

  #read(): void {
    if (this.#closed || this.#stream !== undefined) return
    const bytes = attempt(() => readSync(this.#fd, readBuffer))
    if (bytes === 'later') return
    if (bytes === 'broken') this.close()
    else if (bytes > 0) this.#take(bytes)
    else this.#end()
  }

  #take(bytes: number): void {
    this.#events?.onData(readBuffer, bytes)
  }

  write(bytes: Uint8Array | string): boolean {
    if (this.#stream !== undefined) return this.#stream.write(bytes)
    if (this.#closed) return true
    if (typeof bytes === 'string') return this.#writeText(bytes)
    const sent = attempt(() => writeSync(this.#fd, bytes))
    if (sent === 'broken') {
      this.close()
      return true
    }
    const taken = sent === 'later' ? 0 : sent
    return taken === bytes.length || this.#asStream().write(bytes.subarray(taken))
  }

  #writeText(text: string): boolean {
    if (text.length > longestText) return this.write(Buffer.from(text, 'latin1'))
    const outcome = writeText(this.#handle, text)
    if (outcome === 'taken') return true
    if (outcome === 'broken') {
      this.close()
      return true
    }
    this.#waitingBytes = this.#handle.writeQueueSize
    outcome.oncomplete = (status) => {
      this.#waitingBytes = 0
      if (status === 0) this.#events?.onDrain()
      else this.close()
    }
    this.#asStream()
    return false
  }

  get handle(): RawHandle | undefined {
    if (this.#stream !== undefined) return this.#stream.handle
    return this.#closed ? undefined : this.#handle
  }

  pause(): void {
    this.#paused = true
    if (this.#stream !== undefined) this.#stream.pause()
    else if (!this.#closed) this.#handle.readStop()
  }

  resume(): void {
    this.#paused = false
    if (this.#stream !== undefined) this.#stream.resume()
    else if (!this.#closed) this.#handle.readStart()
  }

  end(): void {
    if (!this.#closed) this.#asStream().end()
  }

  close(): void {
    if (this.#stream !== undefined) this.#stream.close()
    else if (this.#closeHandle()) process.nextTick(() => this.#events?.onClose())
  }

  release(): void {
    this.#events = undefined
    if (this.#stream !== undefined) this.#stream.release()
    else this.#closeHandle()
  }

  #closeHandle(): boolean {
    if (this.#closed) return false
    this.#closed = true
    this.#handle.close()
    return true
  }

  #end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#events?.onEnd()
  }

  #asStream(): StreamWire {
    if (this.#stream !== undefined) return this.#stream
    this.#handle.readStop()
    const callback = (bytes: number): true => {
      this.#take(bytes)
      return true
    }
    const stream = new StreamWire(socketOn(this.#handle, { buffer: readBuffer, callback }))
    this.#stream = stream
    stream.start({
      // It goes another way.
      onData: () => undefined,
      onEnd: () => this.#end(),
      onDrain: () => this.#events?.onDrain(),
      onFinish: () => this.#events?.onFinish(),
      onClose: () => this.#events?.onClose(),
    })
    if (this.#paused) stream.pause()
    return stream
  }
}

/** `later`: the kernel has nothing, or no room, now. `broken`: as after a reset. */
function attempt(call: () => number): number | 'later' | 'broken' {
  try {
    return call()
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EAGAIN' ? 'later' : 'broken'
  }
}
