/** The real clock, and waiting by it. */

import { type Instant, instant } from '../engine/time.ts'

export interface Clock {
  now(): Instant
  /** Calls `due` once at `at`, or at once if that has passed; returns how to call it off. */
  at(at: Instant, due: () => void): () => void
}

/** `setTimeout` takes no more; who waits longer is called early and waits again. */
const longestTimeoutMs = 2 ** 31 - 1

export const realClock: Clock = {
  now: () => instant(Date.now() * 1_000),
  at(at, due) {
    const milliseconds = Math.ceil((at - this.now()) / 1_000)
    const timer = setTimeout(due, Math.min(Math.max(milliseconds, 0), longestTimeoutMs))
    return () => clearTimeout(timer)
  },
}
