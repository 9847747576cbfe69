/** The bytes of an input, one after the other, read into memory of the reader's. */

import { closeSync, readSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { milliseconds } from '../../engine/time.ts'
import { realClock } from '../../platform/clock.ts'

export interface ByteReader {
  /** Fills `into` from its start with the next bytes, as many as there are at once; 0 at the end. Throws where it breaks off. */
  read(into: Uint8Array): Promise<number>
  /** May be called more than once, and while a `read` is under way. */
  close(): Promise<void>
}

/** So often signals and the output are let through: a turn of the event loop takes as long as to read and scan a megabyte. */
const longestTurn = milliseconds(25)

/** To be called often, by whoever blocks: lets signals and the output through, now and then. */
export function turns(): () => Promise<void> {
  let turned = realClock.stopwatch()
  return async () => {
    if (realClock.stopwatch() - turned < longestTurn) return
    await setImmediate()
    turned = realClock.stopwatch()
  }
}

/** Bytes of a file; it may be read from several places at a time. */
export interface FileBytes extends ByteReader {
  /** Valid until it is closed. */
  readonly fd: number
  /** Goes on reading at byte `at`. */
  seek(at: number): void
}

/** Synchronous reads, because asynchronous ones cost twice as much. Closes `fd` in the end. */
export function fileBytes(fd: number): FileBytes {
  let isOpen = true
  /** `null`: where the reading before ended; what is no regular file has no other. */
  let position: number | null = null
  const turn = turns()
  return {
    fd,
    async read(into) {
      await turn()
      if (!isOpen) return 0
      const length = readSync(fd, into, 0, into.length, position)
      if (position !== null) position += length
      return length
    },
    seek(at) {
      position = at
    },
    async close() {
      if (isOpen) closeSync(fd)
      isOpen = false
    },
  }
}

/** Fills `into` with the bytes at `offset` of a file, as far as it goes; returns how many there are. Throws where it cannot be read. */
export function readAt(fd: number, into: Uint8Array, offset: number): number {
  let done = 0
  while (done < into.length) {
    const added = readSync(fd, into, done, into.length - done, offset + done)
    if (added === 0) break
    done += added
  }
  return done
}

/** What comes through a pipe, as much at a time as there is room for. `atEnd` may reject: it was not whole. Closes `fd`. */
export function pipeBytes(fd: number, atEnd: () => Promise<void>): ByteReader {
  let isOpen = true
  const turn = turns()
  return {
    async read(into) {
      await turn()
      let length = 0
      while (isOpen && length < into.length) {
        const added = readSync(fd, into, length, into.length - length, null)
        if (added === 0) break
        length += added
      }
      if (isOpen && length === 0 && into.length > 0) await atEnd()
      return length
    },
    async close() {
      if (isOpen) closeSync(fd)
      isOpen = false
    },
  }
}

export interface StreamOptions {
  /** Wait until there is as much as there is room for: what is done with it costs the same for little and for much. */
  readonly fill?: boolean
  /** May reject when the stream has ended: it was not whole. */
  readonly atEnd?: () => Promise<void>
}

export function streamBytes(
  stream: AsyncIterable<Uint8Array>,
  { fill = false, atEnd }: StreamOptions = {},
): ByteReader {
  const chunks = stream[Symbol.asyncIterator]()
  let chunk: Uint8Array = new Uint8Array()
  let hasEnded = false
  let failure: { readonly error: unknown } | undefined

  const next = async (): Promise<void> => {
    try {
      const result = await chunks.next()
      if (result.done === true) {
        hasEnded = true
        await atEnd?.()
      } else chunk = result.value
    } catch (error) {
      // What came before it is handed over first.
      hasEnded = true
      failure = { error }
    }
  }
  return {
    async read(into) {
      let length = 0
      while (length < into.length) {
        if (chunk.length > 0) {
          const taken = chunk.subarray(0, into.length - length)
          into.set(taken, length)
          length += taken.length
          chunk = chunk.subarray(taken.length)
        } else if (hasEnded || (length > 0 && !fill)) break
        else await next()
      }
      if (length > 0 || failure === undefined) return length
      const { error } = failure
      failure = undefined
      throw error
    },
    async close() {
      hasEnded = true
      await chunks.return?.()
    },
  }
}

/** `first`, and then the rest. */
export function startingWith(first: Uint8Array, rest: ByteReader): ByteReader {
  let held = first
  return {
    async read(into) {
      if (held.length === 0) return rest.read(into)
      const taken = held.subarray(0, into.length)
      into.set(taken)
      held = held.subarray(taken.length)
      return taken.length
    },
    close: () => rest.close(),
  }
}

/** All that is left, in chunks of `bytes` at most; each is the reader's to keep. */
export async function* chunksOf(reader: ByteReader, bytes: number): AsyncGenerator<Buffer, void, undefined> {
  try {
    for (;;) {
      const chunk = Buffer.allocUnsafe(bytes)
      const length = await reader.read(chunk)
      if (length === 0) return
      yield chunk.subarray(0, length)
    }
  } finally {
    await reader.close()
  }
}
