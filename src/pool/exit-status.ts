/** The exit statuses of the pool's processes, so that a log line tells what went wrong. */

export const exitStatus = {
  ok: 0,
  /** An operation failed: the manager could not listen, say. */
  failed: 1,
  /** Wrong command line or configuration. */
  usage: 2,
  /** EX_PRELOAD: a preloaded module cannot be loaded or lacks an export. */
  preload: 80,
  /** EX_SELFCHECK: the application's `selfCheck()` failed. */
  selfCheck: 81,
  /** EX_APP_LOAD: the application cannot be loaded or exports no `fetch`. */
  appLoad: 82,
  /** EX_ACCEPT: the listening socket cannot be used. */
  accept: 83,
  /** EX_BROKEN: a worker said that the whole service is broken (`exitManager`). Also the manager's status then. */
  broken: 84,
  /** EX_UPGRADE: a new manager could not prove itself; the old one goes on. */
  upgrade: 85,
} as const

const names: ReadonlyMap<number, string> = new Map([
  [exitStatus.preload, 'EX_PRELOAD'],
  [exitStatus.selfCheck, 'EX_SELFCHECK'],
  [exitStatus.appLoad, 'EX_APP_LOAD'],
  [exitStatus.accept, 'EX_ACCEPT'],
  [exitStatus.broken, 'EX_BROKEN'],
  [exitStatus.upgrade, 'EX_UPGRADE'],
])

/** `status 80 (EX_PRELOAD)`, `signal SIGSEGV`. */
export function exitWords(status: number | null, signal: string | null): string {
  if (signal !== null) return `signal ${signal}`
  const name = names.get(status ?? -1)
  return name === undefined ? `status ${status}` : `status ${status} (${name})`
}
