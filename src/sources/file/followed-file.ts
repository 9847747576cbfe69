/** One open file, read from a place to its end as it grows. Knows nothing of names and rotation. */

import { closeSync, readSync } from 'node:fs'
import { type LineSink, lineLimitBytes, lineSplitter } from '../lines.ts'
import { afterReading, bytesAt, fingerprint, headBytes, nothingRead, remembered } from './fingerprint.ts'
import type { FilePlace } from './place.ts'
import { type OpenFile, sightOfOpen } from './sight.ts'

/** Enough for the speed of the disk, and read in well under a millisecond. */
const chunkBytes = 262_144

/** Lent to one read at a time. */
const buffer = Buffer.allocUnsafe(chunkBytes)

/**
 * `more`: the chunk was full; `rewritten`: what was read before is not there any more, and nothing was read; `emptied`: it
 * is as empty as it was, and something was done to it.
 */
export type ReadResult = 'more' | 'end' | 'rewritten' | 'emptied'

export class FollowedFile {
  /** The name that its events bear. */
  readonly path: string
  readonly id: string
  readonly #realPath: string
  readonly #fd: number
  #splitter = lineSplitter(0)
  #remembered = nothingRead
  #modified: number
  #unlinked: boolean
  #place: FilePlace | undefined
  #formerHead = nothingRead.head

  /** Takes over the open file, to be read from `offset`, under the name `path`. */
  constructor(file: OpenFile, path: string, offset: number) {
    this.path = path
    this.id = file.id
    this.#fd = file.fd
    this.#realPath = file.realPath
    this.#modified = file.modified
    this.#unlinked = file.unlinked
    const before = remembered(file.fd, offset)
    // A file that has shrunk below `offset` since it was looked at is read from its start.
    if (before === undefined) return
    this.#remembered = before
    this.#splitter = lineSplitter(offset)
  }

  get unlinked(): boolean {
    return this.#unlinked
  }

  /** Reads the next chunk and hands its lines to `sink`. Throws what the system calls throw. */
  read(sink: LineSink): ReadResult {
    const sight = sightOfOpen(this.path, this.#fd)
    if (sight.kind !== 'file') return 'end'
    this.#unlinked = sight.unlinked
    const { seen, tail } = this.#remembered
    if (sight.size < seen) return 'rewritten'
    if (sight.size === seen && sight.modified === this.#modified) return 'end'
    if (sight.size === 0) {
      this.#modified = sight.modified
      this.#place = undefined
      return 'emptied'
    }

    // Read again from a little before: bytes that have changed there tell that the file was truncated and grew anew.
    const length = readSync(this.#fd, buffer, 0, chunkBytes, seen - tail.length)
    if (buffer.compare(tail, 0, tail.length, 0, Math.min(length, tail.length)) !== 0) return 'rewritten'
    this.#modified = sight.modified
    this.#place = undefined
    const fresh = buffer.subarray(tail.length, length)
    this.#remembered = afterReading(this.#remembered, fresh)
    this.#splitter.push(fresh, sink)
    return length === chunkBytes ? 'more' : 'end'
  }

  /** Hands over a line that has no end yet: it will not get one. */
  finish(sink: LineSink): void {
    this.#splitter.finish(sink)
    this.#place = undefined
  }

  /** Goes back to the start of a file that was rewritten. */
  restart(): void {
    this.#formerHead = this.#remembered.head
    this.#splitter = lineSplitter(0)
    this.#remembered = nothingRead
    this.#modified = 0
    this.#place = undefined
  }

  /** Whether the open file begins like this one, or like this one before it was rewritten. */
  isCopiedIn({ fd, size }: OpenFile): boolean {
    return this.beganLike(remembered(fd, Math.min(headBytes, size))?.head ?? nothingRead.head)
  }

  /** Whether `start`, of another file, is how this one begins, or began before it was rewritten. */
  beganLike(start: Buffer): boolean {
    return [this.#remembered.head, this.#formerHead].some((head) => {
      const length = Math.min(head.length, start.length)
      return length > 0 && head.subarray(0, length).equals(start.subarray(0, length))
    })
  }

  /** The same object until something was read. */
  place(): FilePlace {
    this.#place ??= {
      path: this.path,
      realPath: this.#realPath,
      id: this.id,
      offset: this.#splitter.offset,
      seen: this.#remembered.seen,
      print: fingerprint(this.#remembered),
      modified: this.#modified,
    }
    return this.#place
  }

  close(): void {
    closeSync(this.#fd)
  }
}

/**
 * Where the last line of an open file begins, if it has no end yet, else its end: from there on every line comes to
 * its end after the start of reading. A line longer than the limit is not looked for; its rest is a line then.
 */
export const startOfLastLine = ({ fd, size }: OpenFile): number => {
  const length = Math.min(size, lineLimitBytes)
  const newline = bytesAt(fd, size - length, length)?.lastIndexOf(10)
  if (newline === undefined || (newline === -1 && length < size)) return size
  return size - length + newline + 1
}
