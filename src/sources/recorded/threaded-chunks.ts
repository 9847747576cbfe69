/** The chunks of a large file, scanned by this thread and another. */

import { setImmediate } from 'node:timers/promises'
import type { LineSearch } from '../../match/scan/line-search.ts'
import { turns } from './bytes.ts'
import { ChunkScan, chunksIn, newShared } from './chunk-scan.ts'
import type { LineVisitor } from './chunk-slot.ts'
import { secondThread } from './second-thread.ts'

export interface ThreadedOptions {
  /** For this thread; its room is overwritten. */
  readonly search: LineSearch
  readonly literals: readonly string[]
  readonly fd: number
  /** Offset to begin at: the start of a line. */
  readonly from: number
  /** Bytes of the file. */
  readonly size: number
  readonly blockBytes: number
  readonly chunkBytes: number
}

/** Whole lines of a file, of which only some are there. */
export interface ScannedLines {
  /** Offset of the first. */
  readonly start: number
  /** Offset behind the newline of the last. */
  readonly end: number
  readonly lineCount: number
  /** Where the texts of those lie that are there. */
  readonly bytes: Buffer
  /** All that hold a literal are there, and some others, too. */
  each(visit: LineVisitor): void
}

/** So long this thread waits for the other until it looks whether that one is still there. */
const patienceMilliseconds = 100

/**
 * What begins from `from` on, each piece of which is only lent until the next is asked for. Ends behind any line: near
 * the end of the file, or before a line that is too long.
 */
export async function* threadedChunks({
  search,
  ...options
}: ThreadedOptions): AsyncGenerator<ScannedLines, void, undefined> {
  const chunks = chunksIn(options.size - options.from, options.chunkBytes)
  if (chunks <= 0) return
  const setting = { ...options, chunks, shared: newShared() }
  const scan = new ChunkScan(setting, search)
  const thread = secondThread()
  thread.scan(setting)
  const turn = turns()
  try {
    for (let chunk = 0; chunk < chunks; chunk++) {
      const slot = scan.slotOf(chunk)
      while (!slot.isFilled(chunk, 0)) {
        if (scan.scanNext() || slot.isFilled(chunk, patienceMilliseconds)) continue
        await setImmediate()
        if (thread.hasEnded && !slot.isFilled(chunk, 0)) return
      }
      await turn()
      do {
        if (!slot.isWhole) return
        if (slot.start < slot.end) yield slot
      } while (scan.scanRest(chunk))
      scan.take(chunk)
    }
  } finally {
    scan.stop()
    // It may be in the middle of the file until it has left. To wait until it is gone takes longer.
    while (!scan.isLeft(patienceMilliseconds) && !thread.hasEnded) await setImmediate()
  }
}
