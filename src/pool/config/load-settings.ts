/** A pool's settings from its configuration file, the command line and what it was started with. */

import { readFileSync, realpathSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { PoolSettings, Sizing } from '../settings.ts'
import { listenSpec } from './listen-spec.ts'
import { type Overrides, parseConfig } from './parse-config.ts'
import { ConfigError } from './problem.ts'
import type { PoolConfig } from './schema.ts'

/**
 * Rejects with a `ConfigError`. Relative paths start from the folder of `file`, the configuration, and those of `overrides`
 * from the working directory.
 */
export async function loadSettings(file: string | undefined, overrides: Overrides): Promise<PoolSettings> {
  const directory = directoryOf(file)
  const startOf = (key: keyof PoolConfig): string =>
    Object.hasOwn(overrides, key) ? workingDirectory() : directory
  const config = parseConfig(file === undefined ? '' : textOf(file), file, overrides)
  const sizing = sizingOf(config.workers)
  return {
    listen: listenSpec(config.listen, startOf('listen')),
    sizing,
    dispatch: config.dispatch ?? (sizing.kind === 'ondemand' ? 'idle' : 'shared'),
    reload: config.reload,
    directory,
    worker: workerSettings(config, startOf('app')),
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
    control: controlPath(config, startOf('control')),
    watch: config.watch,
  }
}

/** The path of the control socket of a pool with this configuration, wherever that listens. Rejects with a `ConfigError`. */
export async function loadControlPath(file: string): Promise<string | undefined> {
  // The application may be an option of the pool that runs; this is not asked for it.
  const config = parseConfig(textOf(file), file, { app: 'any' })
  return controlPath(config, directoryOf(file))
}

const directoryOf = (file: string | undefined): string =>
  file === undefined ? workingDirectory() : dirname(resolve(workingDirectory(), file))

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

/** By default in systemd's RuntimeDirectory=, where a service may have sockets. */
function controlPath({ control }: PoolConfig, start: string): string | undefined {
  if (control !== undefined) return resolve(start, control)
  const [directory] = (process.env['RUNTIME_DIRECTORY'] ?? '').split(':')
  return directory ? `${directory}/control` : undefined
}

/** `start`: where a relative path of the application starts from. */
function workerSettings(config: PoolConfig, start: string): PoolSettings['worker'] {
  const { faults } = config
  return {
    app: resolve(start, config.app),
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
