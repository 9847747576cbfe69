/** Tells the service manager how the process fares, by its `systemd-notify`: Node has no datagram sockets of Unix. */

import { execa } from 'execa'

export interface Notifier {
  /** Assignments as sd_notify(3) has them, such as `READY=1`; each call after the one before it. Never rejects. */
  tell(...assignments: readonly string[]): Promise<void>
  /** How often the manager wants a sign of life, with a margin for two that come too late; undefined where it wants none. */
  readonly keepAliveMs: number | undefined
}

const timeoutMs = 5_000

/**
 * `environment` is what the manager gave us; without a manager nobody is told. `onFailure` gets one line each time that it
 * could not be told.
 */
export function notifierFrom(
  environment: Readonly<Record<string, string | undefined>>,
  onFailure: (reason: string) => void,
): Notifier {
  if (!environment['NOTIFY_SOCKET']) return { tell: () => Promise.resolve(), keepAliveMs: undefined }
  let before: Promise<void> = Promise.resolve()
  return {
    tell: (...assignments) => {
      before = before.then(() => notify(assignments, environment, onFailure))
      return before
    },
    keepAliveMs: keepAliveOf(environment, process.pid),
  }
}

/** It waits until the manager has taken what was told: of a process that has ended, that could not be told apart from others'. */
async function notify(
  assignments: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  onFailure: (reason: string) => void,
): Promise<void> {
  const { PATH, NOTIFY_SOCKET } = environment
  const { failed, shortMessage, stderr } = await execa('systemd-notify', assignments, {
    env: { PATH, NOTIFY_SOCKET },
    extendEnv: false,
    reject: false,
    timeout: timeoutMs,
    stdin: 'ignore',
  })
  if (failed) onFailure(`${shortMessage}${stderr ? `: ${stderr}` : ''}`)
}

/** See sd_watchdog_enabled(3). */
function keepAliveOf(
  { WATCHDOG_USEC, WATCHDOG_PID }: Readonly<Record<string, string | undefined>>,
  pid: number,
): number | undefined {
  const limitMs = Number(WATCHDOG_USEC) / 1_000
  const isOurs = WATCHDOG_PID === undefined || WATCHDOG_PID === String(pid)
  return limitMs > 0 && isOurs ? limitMs / 3 : undefined
}
