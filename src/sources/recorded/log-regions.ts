/** A text log as regions of whole lines in one room; where it is large, most of them have been searched when they come. */

import { fstatSync } from 'node:fs'
import { LineSearch } from '../../match/scan/line-search.ts'
import type { ByteReader, FileBytes } from './bytes.ts'
import { type ScannedChunk, slotBytes, slotCount } from './chunk-scan.ts'
import { lineRegions, type Region, roomFor } from './line-regions.ts'
import { threadedRegions } from './threaded-regions.ts'

export interface LogRegion extends Region {
  /** What was found in it, where it has been searched. */
  readonly scanned?: ScannedChunk
}

export interface LogOptions {
  /** A line that holds none of them is wanted by no rule; absent: every line may be. */
  readonly literals?: readonly string[] | undefined
  /** Read at a time. */
  readonly chunkBytes: number
  /** A file of which so much is left is searched by two threads; absent: none is. */
  readonly threaded?: { readonly fromBytes: number; readonly chunkBytes: number } | undefined
}

export interface LogRegions {
  /** Where the regions lie. */
  readonly room: Buffer
  /** Finds lines in the room; absent where every line may be wanted. */
  readonly search: LineSearch | undefined
  /** Each is only lent until the next is asked for. `maySearch`: what comes next need not be read line by line. */
  readonly regions: (maySearch: () => boolean) => AsyncGenerator<LogRegion, void, undefined>
}

/** A log with so many lines that are too long for two threads is read by one. */
const mostAttempts = 8

/** `file`: where `bytes` are simply those of a regular file. */
export function logRegions(
  bytes: ByteReader,
  file: FileBytes | undefined,
  { literals, chunkBytes, threaded }: LogOptions,
): LogRegions {
  const slotsAt = roomFor(chunkBytes)
  if (literals === undefined) {
    const room = Buffer.allocUnsafe(slotsAt)
    return { room, search: undefined, regions: () => lineRegions(bytes, room, chunkBytes) }
  }
  const size = file === undefined ? 0 : fstatSync(file.fd).size
  const shared = threaded !== undefined && size >= threaded.fromBytes ? threaded : undefined
  const roomBytes = slotsAt + (shared === undefined ? 0 : slotCount * slotBytes(shared.chunkBytes))
  const search = new LineSearch(
    literals.map((literal) => new TextEncoder().encode(literal)),
    roomBytes,
  )
  const room = Buffer.from(search.room.buffer, search.room.byteOffset, roomBytes)
  if (file === undefined || shared === undefined)
    return { room, search, regions: () => lineRegions(bytes, room, chunkBytes) }

  const { fromBytes, chunkBytes: sharedChunkBytes } = shared
  async function* regions(maySearch: () => boolean): AsyncGenerator<LogRegion, void, undefined> {
    let reader = bytes
    let from = 0
    for (let attempt = 1; ; attempt++) {
      const isOver = yield* alone(reader, maySearch, attempt)
      if (isOver || file === undefined) return
      yield* together(file)
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

    async function* together({ fd }: FileBytes): AsyncGenerator<LogRegion, void, undefined> {
      if (literals === undefined) return
      const setting = { search, literals, slotsAt, fd, from, size, chunkBytes: sharedChunkBytes }
      for await (const scanned of threadedRegions(setting)) {
        const { start, end, offset } = scanned
        yield { start, end, offset, isCut: false, scanned }
        from = offset + end - start
      }
    }
  }
  return { room, search, regions }
}
