/** The thread that helps with a large log. It takes as long to start as the program takes to load. */

import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { ChunkScanSetting } from './chunk-scan.ts'

/** A smaller file is read before another thread has started. */
export const threadedFromBytes = 268_435_456

const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'))

export const mayUseThreads = (): boolean => availableParallelism() > 1

/** It does not keep the process alive while it waits to be told what to scan. */
export class SecondThread {
  readonly #worker: Worker
  #hasBegun = false
  #hasEnded = false

  constructor() {
    this.#worker = new Worker(new URL(`./scan-thread${extension}`, import.meta.url), {
      // It holds next to nothing.
      resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 32 },
    })
    // What it does not read is read without it.
    this.#worker.on('error', () => undefined)
    this.#worker.once('exit', () => {
      this.#hasEnded = true
    })
    this.#worker.unref()
  }

  get isBusy(): boolean {
    return this.#hasBegun && !this.#hasEnded
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /** It scans chunks until there are no more, and ends. */
  scan(setting: ChunkScanSetting): void {
    this.#hasBegun = true
    this.#worker.postMessage(setting)
  }
}

let started: SecondThread | undefined
let latest: SecondThread | undefined

/** Starts it before it is known what for. */
export function startEarly(): void {
  started = new SecondThread()
}

/** The thread that was started early, or a new one. */
export function secondThread(): SecondThread {
  latest = started ?? new SecondThread()
  started = undefined
  return latest
}

/** Whether it searches a log at present. */
export const isSecondThreadBusy = (): boolean => latest?.isBusy === true
