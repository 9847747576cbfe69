/** The real clocks, and waiting by them. */

import { readFileSync } from 'node:fs'
import { type Duration, type Instant, instant, microseconds } from '../engine/time.ts'

/** The machine's clocks at one moment. */
export interface ClockReading {
  /** Realtime, which may be set. */
  readonly at: Instant
  /** Time since the boot, which runs on whatever is set; as the journal has it. */
  readonly monotonic: { readonly boot: string; readonly at: Duration }
}

export interface Clock {
  now(): Instant
  read(): ClockReading
  /** Time in µs since some moment, whatever is set; for measuring. */
  stopwatch(): number
  /** Calls `due` once at `at`, or at once if that has passed; returns how to call it off. */
  at(at: Instant, due: () => void): () => void
}

/** `setTimeout` takes no more; who waits longer is called early and waits again. */
const longestTimeoutMs = 2 ** 31 - 1

export const realClock: Clock = {
  now: () => instant(Date.now() * 1_000),
  read: () => ({
    at: realClock.now(),
    // CLOCK_MONOTONIC, as in the journal's entries.
    monotonic: { boot: bootId(), at: microseconds(Number(process.hrtime.bigint() / 1_000n)) },
  }),
  stopwatch() {
    // The global `performance` would be loaded first: for a short command that takes longer than what is measured.
    const [seconds, nanoseconds] = process.hrtime()
    return seconds * 1_000_000 + nanoseconds / 1_000
  },
  at(at, due) {
    const milliseconds = Math.ceil((at - this.now()) / 1_000)
    const timer = setTimeout(due, Math.min(Math.max(milliseconds, 0), longestTimeoutMs))
    return () => clearTimeout(timer)
  },
}

let boot: string | undefined

/** As journald writes it in `_BOOT_ID`; see random(4). */
function bootId(): string {
  boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim().replaceAll('-', '')
  return boot
}
