/** A real pool as a child process, with its log. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { until } from '../../lab/until.ts'
import { builtPool } from './built-pool.ts'
import type { Workspace } from './workspace.ts'

export interface PoolProcess {
  readonly child: ChildProcess
  /** Pid of the manager that was started, not of one that took over. */
  readonly pid: number
  log(): string
  /** How many lines of the log match. */
  count(pattern: RegExp): number
  /** Waits for the `times`-th line that matches. */
  waitFor(pattern: RegExp, times?: number): Promise<void>
  signal(name: NodeJS.Signals): void
  /** Pids of the worker processes of any manager of this pool that runs. */
  workers(): readonly number[]
  /** Ends it and every manager that took over; gives the exit code of the first. */
  stop(): Promise<number | null>
}

export interface PoolOptions {
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Waits until the first worker is ready, unless false. */
  readonly ready?: boolean
  readonly cwd?: string
  /** Descriptors that it has from its parent, by their number there. */
  readonly descriptors?: { readonly 0?: number; readonly 3?: number | 'pipe' }
}

export async function startPool(space: Workspace, options: PoolOptions): Promise<PoolProcess> {
  const child = spawn(process.execPath, [builtPool(), ...options.args], {
    stdio: [options.descriptors?.[0] ?? 'ignore', 'inherit', 'pipe', options.descriptors?.[3] ?? 'ignore'],
    cwd: options.cwd ?? space.directory,
    env: { ...process.env, PWD: options.cwd ?? space.directory, ...options.env },
  })
  let text = ''
  child.stderr?.setEncoding('utf8').on('data', (part: string) => {
    text += part
  })
  const count = (pattern: RegExp): number => text.split('\n').filter((line) => pattern.test(line)).length
  const pid = child.pid ?? 0
  const managers = (): number[] => [
    pid,
    ...[...text.matchAll(/manager (\d+) is started/g)].map((found) => Number(found[1])),
  ]
  const pool: PoolProcess = {
    child,
    pid,
    log: () => text,
    count,
    waitFor: async (pattern, times = 1) => {
      try {
        await until(`${pattern} in the pool's log`, () => count(pattern) >= times)
      } catch (error) {
        throw new Error(`${text}\n`, { cause: error })
      }
    },
    signal: (name) => child.kill(name),
    workers: () => managers().flatMap(childrenOf),
    stop: async () => {
      for (const each of managers().slice(1)) killIfAlive(each)
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM')
        const timer = setTimeout(() => child.kill('SIGKILL'), 15_000)
        await once(child, 'exit')
        clearTimeout(timer)
      }
      await until('the managers to end', () => managers().every((each) => !isAlive(each)))
      return child.exitCode
    },
  }
  space.onEnd(() => pool.stop())
  if (options.ready !== false) await pool.waitFor(/worker \d+ is ready/)
  return pool
}

export function isAlive(pid: number): boolean {
  try {
    // A zombie has ended; its parent has only not looked yet.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

function killIfAlive(pid: number): void {
  if (isAlive(pid)) process.kill(pid, 'SIGTERM')
}

/** Workers and other children of a process, but no managers. */
function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(/\s+/)
      .filter((child) => child !== '' && /worker/.test(readFileSync(`/proc/${child}/cmdline`, 'utf8')))
      .map(Number)
  } catch {
    return []
  }
}
