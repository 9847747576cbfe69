/** Cuts a byte stream into FastCGI records, however it was split. Holds at most one record. */

import { headerBytes } from './record.ts'

/** Is given each whole record. Its content is what `bytes` hold from `start` to `end`, during the call. */
export type RecordSink = (type: number, id: number, bytes: Buffer, start: number, end: number) => void

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

  /**
   * Takes the first `length` bytes of the chunk, whose memory is the caller's again afterwards. False when a record is not of
   * FastCGI version 1: the stream cannot be followed any more.
   */
  push(chunk: Buffer, length: number = chunk.length): boolean {
    if (this.#held === 0) return this.#decode(chunk, length)
    const piece = chunk.subarray(0, length)
    this.#held += length
    if (this.#held < this.#needed) {
      this.#pieces.push(Buffer.from(piece))
      return true
    }
    const bytes = Buffer.concat([...this.#pieces, piece], this.#held)
    this.#pieces = []
    this.#held = 0
    return this.#decode(bytes, bytes.length)
  }

  #decode(bytes: Buffer, total: number): boolean {
    let start = 0
    while (start < total) {
      if (bytes[start] !== 1) return false
      const left = total - start
      if (left < headerBytes) return this.#hold(bytes, start, total, headerBytes)
      const contentBytes = uint16(bytes, start + 4)
      const recordBytes = headerBytes + contentBytes + (bytes[start + 6] ?? 0)
      if (left < recordBytes) return this.#hold(bytes, start, total, recordBytes)
      const content = start + headerBytes
      this.#sink(bytes[start + 1] ?? 0, uint16(bytes, start + 2), bytes, content, content + contentBytes)
      start += recordBytes
    }
    return true
  }

  #hold(bytes: Buffer, start: number, end: number, needed: number): true {
    const rest = Buffer.from(bytes.subarray(start, end))
    this.#pieces = [rest]
    this.#held = rest.length
    this.#needed = needed
    return true
  }
}

/** As `readUInt16BE`, which checks at each call what is known here: the bytes are there. */
const uint16 = (bytes: Buffer, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
