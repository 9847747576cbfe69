/** A text log as regions of whole lines in one room, and, where it is large, as chunks that have been searched. */

import { fstatSync } from 'node:fs'
import { LineSearch } from '../../match/scan/line-search.ts'
import type { ByteReader, FileBytes } from './bytes.ts'
import { roomForBlocks } from './chunk-search.ts'
import { lineRegions, type Region, roomFor } from './line-regions.ts'
import { type LinesBefore, linesBeforeInFile } from './lines-before.ts'
import { type ScannedLines, threadedChunks } from './threaded-chunks.ts'

export interface LogOptions {
  /** A line that holds none of them is wanted by no rule; absent: every line may be. */
  readonly literals?: readonly string[] | undefined
  /** Read at a time. */
  readonly chunkBytes: number
  /** How two threads search a file; absent: they do not. */
  readonly threaded?: ThreadedReading | undefined
}

export interface ThreadedReading {
  /** A file of which less is left is searched by one. */
  readonly fromBytes: number
  /** Read and searched at a time. */
  readonly blockBytes: number
  /** Handed over at a time. */
  readonly chunkBytes: number
}

export interface LogRegions {
  /** Where the regions lie. */
  readonly room: Buffer
  /** Finds lines in the room; absent where every line may be wanted. */
  readonly search: LineSearch | undefined
  /** Each is only lent until the next is asked for. `maySearch`: what comes next need not be read line by line. */
  readonly regions: (maySearch: () => boolean) => AsyncGenerator<Region | ScannedLines, void, undefined>
  /** The lines before some offset in what was scanned. */
  readonly before: (from: number, at: number) => LinesBefore
}

/** A log with so many lines that are too long for two threads is read by one. */
const mostAttempts = 8

/** `file`: where `bytes` are simply those of a regular file. */
export function logRegions(
  bytes: ByteReader,
  file: FileBytes | undefined,
  { literals, chunkBytes, threaded }: LogOptions,
): LogRegions {
  const roomBytes = Math.max(roomFor(chunkBytes), roomForBlocks(threaded?.blockBytes ?? 0))
  if (literals === undefined) {
    const room = Buffer.allocUnsafe(roomBytes)
    return { room, search: undefined, regions: () => lineRegions(bytes, room, chunkBytes), before: () => [] }
  }
  const search = new LineSearch(
    literals.map((literal) => new TextEncoder().encode(literal)),
    roomBytes,
  )
  const room = Buffer.from(search.room.buffer, search.room.byteOffset, roomBytes)
  const size = file === undefined ? 0 : fstatSync(file.fd).size
  if (file === undefined || threaded === undefined || size < threaded.fromBytes)
    return { room, search, regions: () => lineRegions(bytes, room, chunkBytes), before: () => [] }

  const { fromBytes, ...sizes } = threaded
  const regions: LogRegions['regions'] = async function* (maySearch) {
    let reader = bytes
    let from = 0
    for (let attempt = 1; ; attempt++) {
      const isOver = yield* alone(reader, maySearch, attempt)
      if (isOver) return
      yield* together(file, literals)
      file.seek(from)
      reader = file
    }

    /** Returns `false` where two threads should go on. */
    async function* alone(reader: ByteReader, maySearch: () => boolean, attempt: number) {
      for await (const region of lineRegions(reader, room, chunkBytes, from)) {
        yield region
        from = region.offset + region.end - region.start
        if (attempt <= mostAttempts && maySearch() && !region.isCut && size - from >= fromBytes) return false
      }
      return true
    }

    async function* together({ fd }: FileBytes, literals: readonly string[]) {
      for await (const lines of threadedChunks({ search, literals, fd, from, size, ...sizes })) {
        yield lines
        from = lines.end
      }
    }
  }
  return { room, search, regions, before: (from, at) => linesBeforeInFile(file.fd, from, at) }
}
