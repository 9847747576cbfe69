/** The thread that helps with a large log. It takes as long to start as the program takes to load. */

import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { ChunkScanSetting } from './chunk-scan.ts'

/** A smaller file is read before another thread has started. */
export const threadedFromBytes = 268_435_456

const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'))

let started: Worker | undefined

export const mayUseThreads = (): boolean => availableParallelism() > 1

/** Starts it before it is known what for. It does not keep the process alive. */
export function startEarly(): void {
  started = newWorker()
  started.unref()
}

export interface SecondThread {
  hasEnded(): boolean
  /** The process does not wait for its end. */
  letGo(): void
}

/** Has chunks scanned by the thread that was started early, or by a new one. */
export function scanInThread(setting: ChunkScanSetting): SecondThread {
  const worker = started ?? newWorker()
  started = undefined
  let hasEnded = false
  worker.once('exit', () => {
    hasEnded = true
  })
  worker.ref()
  worker.postMessage(setting)
  return { hasEnded: () => hasEnded, letGo: () => worker.unref() }
}

function newWorker(): Worker {
  const worker = new Worker(new URL(`./scan-thread${extension}`, import.meta.url), {
    // It holds next to nothing.
    resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 32 },
  })
  // What it does not read is read without it.
  worker.on('error', () => undefined)
  return worker
}
