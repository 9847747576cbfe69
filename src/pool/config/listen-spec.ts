/** Which socket a pool listens on: the one that its configuration names, or that it was started with. */

import { fstatSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ListenSpec } from '../settings.ts'
import { ConfigError } from './problem.ts'
import type { PoolConfig } from './schema.ts'

/** The socket that this process was started with. Asked once: the environment that tells of it is not there for ever. */
let given: ListenSpec | undefined

/** Throws a `ConfigError` when it was started with none. `directory`: where a relative path starts from. */
export function listenSpec(listen: PoolConfig['listen'], directory: string): ListenSpec {
  if (listen === undefined) {
    given ??= startedWith()
    return given
  }
  if (!('kind' in listen)) {
    const { path, mode, owner, group } = listen
    return { kind: 'unix', path: resolve(directory, path), mode: Number.parseInt(mode, 8), owner, group }
  }
  switch (listen.kind) {
    case 'systemd':
      given ??= fromSystemd()
      return given
    case 'unix': {
      const path = resolve(directory, listen.path)
      return { kind: 'unix', path, mode: 0o660, owner: undefined, group: undefined }
    }
    case 'tcp':
    case 'descriptor':
      return listen
  }
}

/** Without an address: the socket that systemd, or a web server as the specification has it, started this process with. */
function startedWith(): ListenSpec {
  if (process.env['LISTEN_FDS'] !== undefined || inherits()) return fromSystemd()
  if (fstatSync(0).isSocket()) return { kind: 'descriptor', fd: 0 }
  const message =
    'listen is missing: expected --listen ADDRESS, a systemd socket, or a listening socket on descriptor 0'
  throw new ConfigError(undefined, [{ message }])
}

/** https://www.freedesktop.org/software/systemd/man/latest/sd_listen_fds.html */
function fromSystemd(): ListenSpec {
  const { LISTEN_FDS: count, LISTEN_PID: pid } = process.env
  if (inherits() || (count === '1' && (pid === undefined || Number(pid) === process.pid)))
    return { kind: 'descriptor', fd: 3 }
  const message = `listen: expected one socket of systemd (LISTEN_FDS=1), got ${count ?? 'none'}; is the socket unit started?`
  throw new ConfigError(undefined, [{ message }])
}

/** From an earlier manager. */
const inherits = (): boolean => process.env['FCGI_POOL_INHERIT'] !== undefined
