/** The regions of a large file, scanned by this thread and another. */

import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { LineSearch } from '../../match/scan/line-search.ts'
import { bytesOf, ChunkScan, newControl, type ScannedChunk } from './chunk-scan.ts'

export interface ThreadedOptions {
  readonly search: LineSearch
  readonly literals: readonly string[]
  /** Where in the room of `search` there is room for the slots. */
  readonly slotsAt: number
  readonly fd: number
  /** Offset to begin at: the start of a line. */
  readonly from: number
  /** Bytes of the file. */
  readonly size: number
  readonly chunkBytes: number
}

/** So long this thread waits for the other until it looks whether that one is still there. */
const patienceMilliseconds = 100

const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'))

/** Chunks that fit whole between `from` and `size`. */
const chunksIn = ({ from, size, chunkBytes }: ThreadedOptions): number =>
  Math.floor((size - from - bytesOf(0, chunkBytes)) / chunkBytes)

/**
 * What begins from `from` on, chunk by chunk, each of which is only lent until the next is asked for. Ends behind any line: near
 * the end of the file, or before a line that is too long.
 */
export async function* threadedRegions(
  options: ThreadedOptions,
): AsyncGenerator<ScannedChunk, void, undefined> {
  const { search } = options
  const chunks = chunksIn(options)
  if (chunks <= 0) return
  const setting = {
    ...options,
    control: newControl(),
    chunks,
    memory: search.memory,
    roomBytes: search.room.length,
  }
  const { search: _, ...shared } = setting
  const scan = new ChunkScan(setting, search)
  const thread = startThread(shared)
  try {
    for (let chunk = 0; chunk < chunks; chunk++) {
      while (!scan.isDone(chunk, 0)) {
        if (scan.scanNext() || scan.isDone(chunk, patienceMilliseconds)) continue
        await setImmediate()
        if (thread.hasEnded() && !scan.isDone(chunk, 0)) return
      }
      const scanned = scan.show(chunk)
      if (scanned === undefined) return
      // Lets signals and the output through.
      await setImmediate()
      if (scanned.start < scanned.end) yield scanned
      scan.take(chunk)
    }
  } finally {
    scan.stop()
    await thread.ended
  }
}

function startThread(workerData: unknown) {
  let hasEnded = false
  const worker = new Worker(new URL(`./scan-thread${extension}`, import.meta.url), {
    workerData,
    // It holds next to nothing.
    resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 32 },
  })
  // This thread reads what that one does not.
  worker.on('error', () => undefined)
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      hasEnded = true
      resolve()
    })
  })
  return { ended, hasEnded: () => hasEnded }
}
