/** Makes a following journalctl look for new entries sooner than journald tells it of them. */

import type { Reading } from './journalctl.ts'

/**
 * journald tells readers of new entries 250 ms after they were written. A journalctl before version 255 that is woken by
 * any signal looks at once; SIGWINCH means nothing to it without a terminal, and nothing at all to later ones.
 */
const idleMs = 200
const busyMs = 20
/** Entries seldom come alone: after one the next is looked for more often, for so long. */
const busyTimeMs = 30_000

export interface Nudge {
  /** An entry has come. */
  busy(): void
  stop(): void
}

export const nudge = (reading: Reading): Nudge => {
  let busyUntil = 0
  let timer: NodeJS.Timeout
  const wait = (): void => {
    timer = setTimeout(look, performance.now() < busyUntil ? busyMs : idleMs)
  }
  const look = (): void => {
    reading.signal('SIGWINCH')
    wait()
  }
  wait()
  return {
    busy: () => {
      busyUntil = performance.now() + busyTimeMs
    },
    stop: () => clearTimeout(timer),
  }
}
