/** A pool's settings from its configuration file, the command line and what it was started with. */

import { fstatSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { ListenSpec, PoolSettings, Sizing } from '../settings.ts'
import { type Overrides, parseConfig } from './parse-config.ts'
import { ConfigError } from './problem.ts'
import type { PoolConfig } from './schema.ts'

/** Rejects with a `ConfigError`. `file`: the configuration; its folder is where its relative paths start from. */
export async function loadSettings(file: string | undefined, overrides: Overrides): Promise<PoolSettings> {
  const directory = file === undefined ? workingDirectory() : dirname(resolve(workingDirectory(), file))
  const config = parseConfig(file === undefined ? '' : textOf(file), file, overrides)
  const sizing = sizingOf(config.workers)
  return {
    listen: listenOf(config.listen, directory),
    sizing,
    dispatch: config.dispatch ?? (sizing.kind === 'ondemand' ? 'idle' : 'shared'),
    reload: config.reload,
    directory,
    worker: workerSettings(config, directory, Object.hasOwn(overrides, 'app')),
    times: {
      shutdown: config.shutdown_timeout,
      abort: config.abort_timeout,
      start: config.start_timeout,
      answer: config.answer_timeout,
      upgrade: config.upgrade_timeout,
      restartDelay: config.restart_delay,
    },
    maxRequests: config.max_requests,
    maxMemory: config.max_memory,
    maxQueue: config.max_queue,
    control: config.control ?? defaultControl(),
    watch: config.watch,
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new ConfigError(undefined, [
      { message: `cannot read ${file}: ${error instanceof Error ? error.message : error}` },
    ])
  }
}

/** By the name it was entered with: a symbolic link that a deploy switches is followed anew at every reload. */
function workingDirectory(): string {
  const entered = process.env['PWD']
  try {
    if (entered !== undefined && realpathSync(entered) === process.cwd()) return entered
  } catch {
    return process.cwd()
  }
  return process.cwd()
}

/** systemd's RuntimeDirectory= is where a service may have sockets. */
function defaultControl(): string | undefined {
  const [directory] = (process.env['RUNTIME_DIRECTORY'] ?? '').split(':')
  return directory ? `${directory}/control` : undefined
}

function workerSettings(
  config: PoolConfig,
  directory: string,
  appFromOption: boolean,
): PoolSettings['worker'] {
  const { faults } = config
  return {
    app: resolve(appFromOption ? workingDirectory() : directory, config.app),
    preload: Object.entries(config.preload).map(([module, exports]) => ({ module, exports: exports ?? {} })),
    limits: {
      connections: config.max_active,
      requests: config.max_active,
      paramBytes: config.max_params,
      bodyBufferBytes: config.max_body_buffer,
    },
    requestTimeoutMs: config.request_timeout,
    inputTimeoutMs: config.input_timeout,
    outputTimeoutMs: config.output_timeout,
    ...(config.ping_path === undefined ? {} : { pingPath: config.ping_path }),
    ...(config.status_path === undefined ? {} : { statusPath: config.status_path }),
    ...(faults === undefined
      ? {}
      : {
          faults: {
            ...(faults.crash_at_start === undefined ? {} : { crashAtStart: faults.crash_at_start }),
            ...(faults.missing_export === undefined ? {} : { missingExport: faults.missing_export }),
            ...(faults.preload_stall === undefined ? {} : { preloadStallMs: faults.preload_stall }),
            ...(faults.crash_path === undefined ? {} : { crashPath: faults.crash_path }),
            ...(faults.leak_path === undefined ? {} : { leakPath: faults.leak_path }),
            ...(faults.hang_path === undefined ? {} : { hangPath: faults.hang_path }),
          },
        }),
  }
}

function sizingOf(workers: PoolConfig['workers']): Sizing {
  if (typeof workers === 'number') return { kind: 'static', size: workers }
  switch (workers.mode) {
    case 'static':
      return { kind: 'static', size: workers.count }
    case 'dynamic': {
      const { min, max, min_spare: minSpare, max_spare: maxSpare, step } = workers
      return { kind: 'dynamic', min, max, minSpare, maxSpare, step }
    }
    case 'ondemand':
      return { kind: 'ondemand', max: workers.max, idleMs: workers.idle_timeout }
  }
}

/** The socket that this process was started with. Asked once: the environment that tells of it is not there for ever. */
let given: ListenSpec | undefined

function listenOf(listen: PoolConfig['listen'], directory: string): ListenSpec {
  if (listen === undefined) {
    given ??= startedWith()
    return given
  }
  if (typeof listen !== 'string') {
    const { path, mode, owner, group } = listen
    return { kind: 'unix', path, mode: Number.parseInt(mode, 8), owner, group }
  }
  if (listen === 'systemd') {
    given ??= fromSystemd()
    return given
  }
  const descriptor = /^fd:(\d+)$/.exec(listen)
  if (descriptor !== null) return { kind: 'descriptor', fd: Number(descriptor[1]) }
  if (listen.includes('/')) {
    return { kind: 'unix', path: resolve(directory, listen), mode: 0o660, owner: undefined, group: undefined }
  }
  const [, host = '', port = ''] =
    /^(?:\[?([0-9a-fA-F:.]+)\]?:)?(\d+)$/.exec(listen.replace(/^localhost:/, '127.0.0.1:')) ?? []
  if (port === '' || Number(port) > 65_535 || Number(port) === 0) {
    const message = `listen: expected HOST:PORT with an address and a port from 1 to 65535, the path of a Unix socket, systemd, or fd:NUMBER, got ${JSON.stringify(listen)}`
    throw new ConfigError(undefined, [{ message }])
  }
  return { kind: 'tcp', host: host || '127.0.0.1', port: Number(port) }
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
