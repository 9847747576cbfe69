/** Runs a command to its end, with everything bounded that it may take. */

import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { unlessAborted } from './unless-aborted.ts'

export interface CommandOptions {
  /** Program and arguments; no shell reads them. Zero bytes, which no argument can hold, are left out. */
  readonly argv: readonly string[]
  /** The whole environment; its `PATH` finds the program. Zero bytes are left out of it, too. */
  readonly environment: ReadonlyMap<string, string>
  readonly input: string
  readonly timeoutMs: number
  /** Between SIGTERM and SIGKILL, when the time is up. */
  readonly graceMs?: number
  /** How much of the end of its output is kept; 4 KiB unless told. */
  readonly outputBytes?: number
  /** Leaves the command to itself: it goes on, and nobody waits for it or reads what it says. */
  readonly signal: AbortSignal
}

export type CommandEnd = (
  | { readonly kind: 'exited'; readonly status: number }
  | { readonly kind: 'killed'; readonly signal: string }
  /** It and every process of its group were ended. */
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'left' }
  /** `code` is that of the system: `ENOENT`, `EACCES`, `E2BIG` … */
  | { readonly kind: 'not-started'; readonly code: string }
) & {
  /** The end of what it wrote to standard output and standard error. */
  readonly output: string
}

const defaultOutputBytes = 4_096

/** Processes that a command left behind may hold its output open: that is not waited for longer than this. */
const drainMs = 200

/** Never rejects for what the command does. */
export async function runCommand(options: CommandOptions): Promise<CommandEnd> {
  const child = start(options)
  const outputBytes = options.outputBytes ?? defaultOutputBytes
  let output = Buffer.alloc(0)
  const keep = (chunk: Buffer) => {
    output = Buffer.concat([output, chunk]).subarray(-outputBytes)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)

  let ending: Promise<void> | undefined
  const timeUp = setTimeout(() => {
    ending = endGroup(child.pid, options.graceMs ?? 5_000)
  }, options.timeoutMs)
  let drained: NodeJS.Timeout | undefined
  child.once('exit', () => {
    drained = setTimeout(() => close(child), drainMs)
  })
  const result = await unlessAborted(child, options.signal)
  clearTimeout(timeUp)
  clearTimeout(drained)
  await ending
  const said = { output: output.toString() }
  if (result === undefined) {
    close(child)
    child.stdin.destroy()
    child.unref()
    return { kind: 'left', ...said }
  }
  if (ending !== undefined) return { kind: 'timed-out', ...said }
  if (result.signal !== undefined) return { kind: 'killed', signal: result.signal, ...said }
  if (result.exitCode !== undefined) return { kind: 'exited', status: result.exitCode, ...said }
  return { kind: 'not-started', code: result.code ?? 'unknown', ...said }
}

type Child = ReturnType<typeof start>

/** In a process group of its own, so that its children can be ended with it. */
function start({ argv, environment, input }: CommandOptions) {
  const [program = '', ...args] = argv.map(withoutZeros)
  const env = Object.fromEntries([...environment].map(([name, value]) => [name, withoutZeros(value)]))
  return execa(program, args, {
    env,
    extendEnv: false,
    cwd: '/',
    input,
    buffer: false,
    detached: true,
    cleanup: false,
    reject: false,
  })
}

function close(child: Child): void {
  child.stdout.destroy()
  child.stderr.destroy()
}

async function endGroup(pid: number | undefined, graceMs: number): Promise<void> {
  if (pid === undefined) return
  const deadline = performance.now() + graceMs
  let alive = signalGroup(pid, 'SIGTERM')
  while (alive && performance.now() < deadline) {
    await sleep(20)
    alive = signalGroup(pid, 0)
  }
  if (alive) signalGroup(pid, 'SIGKILL')
}

/** Whether there was a process to get it. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal)
  } catch (error) {
    // ESRCH: all have ended. EPERM: what is left has become another user's, and is none of ours.
    if (error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM'))
      return false
    throw error
  }
}

const withoutZeros = (text: string): string => text.replaceAll('\0', '')
