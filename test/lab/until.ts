/** Waiting for a condition with a bound, so that no test sleeps for a guess of time. */

import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Probes every 20 ms until the probe gives something else than `undefined` or `false`, and gives that.
 * After `timeoutMs` it throws an error that names `what` was waited for.
 */
export const until = async <T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 20_000,
): Promise<T> => {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const found = await probe()
    if (found !== undefined && found !== false) return found
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`)
    await sleep(20)
  }
}
