/** Tells systemd how the pool fares, by its `systemd-notify`; without systemd it does nothing. */

import { execFile } from 'node:child_process'
import type { Log } from '../log.ts'

export interface Notifier {
  /** Assignments as sd_notify(3) has them, `READY=1`. Resolves when systemd has got them, or could not be told. */
  tell(...assignments: readonly string[]): Promise<void>
  /** How often systemd wants a sign of life, in milliseconds. */
  readonly keepAliveMs: number | undefined
}

export function notifierFrom(environment: NodeJS.ProcessEnv, log: Log): Notifier {
  const watchdogMs = Number(environment['WATCHDOG_USEC']) / 1_000
  const keepAliveMs = watchdogMs > 0 ? watchdogMs / 3 : undefined
  if (environment['NOTIFY_SOCKET'] === undefined)
    return { tell: async () => undefined, keepAliveMs: undefined }
  const tell = (...assignments: readonly string[]): Promise<void> =>
    new Promise((resolve) => {
      const done = (error: unknown): void => {
        if (error instanceof Error) log.warn(`cannot tell systemd ${assignments.join(' ')}: ${error.message}`)
        resolve()
      }
      try {
        execFile('systemd-notify', assignments, { timeout: 5_000 }, done)
      } catch (error) {
        // As when there is no memory for another process.
        done(error)
      }
    })
  return { tell, keepAliveMs }
}
