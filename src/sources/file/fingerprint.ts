/** Tells whether a file still begins with what was read from it: a hash over its start and over the last bytes read. */

import { createHash } from 'node:crypto'
import { readSync } from 'node:fs'
import { errorCode } from './sight.ts'

/** The start that tells one file from another. */
export const headBytes = 1024

/** The end of what was read: it tells a file that was rewritten from one that has grown. */
const tailBytes = 256

/** The parts of the first `seen` bytes of a file that are remembered. */
export interface Remembered {
  readonly seen: number
  readonly head: Buffer
  readonly tail: Buffer
}

export const nothingRead: Remembered = { seen: 0, head: Buffer.alloc(0), tail: Buffer.alloc(0) }

/** What is remembered after `bytes`, which may be overwritten later, were read as well. */
export const afterReading = ({ seen, head, tail }: Remembered, bytes: Buffer): Remembered => ({
  seen: seen + bytes.length,
  head: head.length === headBytes ? head : Buffer.concat([head, bytes.subarray(0, headBytes - head.length)]),
  tail: bytes.length < tailBytes ? lastOf(Buffer.concat([tail, bytes])) : Buffer.from(lastOf(bytes)),
})

const lastOf = (bytes: Buffer): Buffer => bytes.subarray(Math.max(0, bytes.length - tailBytes))

/** What reading the first `seen` bytes of the open file would have left; undefined where it is shorter or unreadable. */
export const remembered = (fd: number, seen: number): Remembered | undefined => {
  const head = bytesAt(fd, 0, Math.min(seen, headBytes))
  const length = Math.min(seen, tailBytes)
  const tail = bytesAt(fd, seen - length, length)
  return head === undefined || tail === undefined ? undefined : { seen, head, tail }
}

/** The bytes of an open file from `start` on; undefined where there are not so many, or they cannot be read. */
export const bytesAt = (fd: number, start: number, length: number): Buffer | undefined => {
  const bytes = Buffer.allocUnsafe(length)
  try {
    return readSync(fd, bytes, 0, length, start) === length ? bytes : undefined
  } catch (error) {
    // Who reads on will be told.
    errorCode(error)
    return undefined
  }
}

/** A hash of what is remembered, for the position that is kept on disk. */
export const fingerprint = ({ head, tail }: Remembered): string =>
  createHash('sha256').update(head).update(tail).digest('hex').slice(0, 32)
