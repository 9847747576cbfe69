/** Cuts a byte stream into FastCGI records, however it was split. Holds at most one record. */

import { headerBytes } from './record.ts'

/** Is given each whole record; `content` is valid during the call and longer, but shares memory with the chunk. */
export type RecordSink = (type: number, id: number, content: Buffer) => void

const noBytes = Buffer.alloc(0)

export class RecordDecoder {
  readonly #sink: RecordSink
  #pieces: Buffer[] = []
  #held = 0
  #needed = headerBytes

  constructor(sink: RecordSink) {
    this.#sink = sink
  }

  /** True between records: nothing of a further one has been seen. */
  get atBoundary(): boolean {
    return this.#held === 0
  }

  /** False when a record is not of FastCGI version 1: the stream cannot be followed any more. */
  push(chunk: Buffer): boolean {
    if (this.#held === 0) return this.#decode(chunk)
    this.#pieces.push(chunk)
    this.#held += chunk.length
    if (this.#held < this.#needed) return true
    const bytes = Buffer.concat(this.#pieces, this.#held)
    this.#pieces = []
    this.#held = 0
    return this.#decode(bytes)
  }

  #decode(bytes: Buffer): boolean {
    const total = bytes.length
    let start = 0
    while (start < total) {
      if (bytes[start] !== 1) return false
      const left = total - start
      if (left < headerBytes) return this.#hold(bytes, start, headerBytes)
      const contentBytes = bytes.readUInt16BE(start + 4)
      const recordBytes = headerBytes + contentBytes + (bytes[start + 6] ?? 0)
      if (left < recordBytes) return this.#hold(bytes, start, recordBytes)
      const content = start + headerBytes
      this.#sink(
        bytes[start + 1] ?? 0,
        bytes.readUInt16BE(start + 2),
        contentBytes === 0 ? noBytes : bytes.subarray(content, content + contentBytes),
      )
      start += recordBytes
    }
    return true
  }

  #hold(bytes: Buffer, start: number, needed: number): true {
    const rest = bytes.subarray(start)
    this.#pieces = [rest]
    this.#held = rest.length
    this.#needed = needed
    return true
  }
}
