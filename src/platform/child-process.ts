/** A child process that is read as it writes, at the reader's pace. */

import type { Readable } from 'node:stream'
import { execa } from 'execa'

export interface ChildOptions {
  readonly program: string
  readonly args: readonly string[]
  /** Added to this process's own. */
  readonly environment: Readonly<Record<string, string>>
  /** Its standard input, which it need not read to the end; absent: none. */
  readonly input?: Readable
}

export type ChildEnd = (
  | { readonly kind: 'exited'; readonly status: number }
  | { readonly kind: 'killed'; readonly signal: string }
  /** `code` is that of the system: `ENOENT`, `EACCES` … */
  | { readonly kind: 'not-started'; readonly code: string }
) & {
  /** The end of what it wrote to standard error. */
  readonly complaint: string
}

export interface ChildProcess {
  /** Standard output, until its end. What is not read makes the child wait. May be read once. */
  readonly output: AsyncIterable<Buffer>
  /** Resolves when the child has ended and what it wrote has been read. Never rejects. */
  readonly ended: Promise<ChildEnd>
  /** Has no effect on a child that has ended. */
  signal(name: NodeJS.Signals): void
  /** Ends it, and `output` with it: by SIGTERM, and a second later by SIGKILL. */
  stop(): Promise<ChildEnd>
}

const complaintBytes = 4_096
const killAfterMs = 1_000

/** It does not outlive this process. Failing to start is told by `ended`. */
export const startChild = ({ program, args, environment, input }: ChildOptions): ChildProcess => {
  const child = execa(program, args, {
    buffer: false,
    reject: false,
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
    env: environment,
    forceKillAfterDelay: killAfterMs,
  })
  let complaint = Buffer.alloc(0)
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = Buffer.concat([complaint, chunk]).subarray(-complaintBytes)
  })
  const ended = child.then(({ exitCode, signal, code }): ChildEnd => {
    const said = { complaint: complaint.toString() }
    if (signal !== undefined) return { kind: 'killed', signal, ...said }
    if (exitCode !== undefined) return { kind: 'exited', status: exitCode, ...said }
    return { kind: 'not-started', code: code ?? 'unknown', ...said }
  })
  return {
    output: readable(child.stdout),
    ended,
    signal: (name) => void child.kill(name),
    stop: () => {
      // A child that waits for its output to be read learns by this, whatever it does with signals.
      child.stdout.destroy()
      child.kill()
      return ended
    },
  }
}

/** Ends, too, where the stream was destroyed or failed: what became of the child tells why. */
async function* readable(stream: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of stream) yield chunk
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
  }
}
