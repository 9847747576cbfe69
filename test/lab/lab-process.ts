/** A long-running process inside a lab, seen from the test: its output, its end, and signals that reach it. */

import type { ChildProcessByStdio } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { until } from './until.ts'

export interface LabProcess {
  /** Everything it has written so far, both streams in the order of arrival. */
  output(): string
  /** What it has written to standard output alone. */
  stdout(): string
  /** Calls `listener` with each line that either stream brings from now on. */
  onLine(listener: (line: string) => void): void
  /** The first match of `pattern` in the output, now or within `timeoutMs`; an error with the output otherwise. */
  waitFor(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>
  /** The pid as the host sees it, of the process itself and not of what brought it into the lab. */
  hostPid(): Promise<number>
  /** Sends `signal` (SIGTERM) to the process itself and waits for its end; gives its exit code, `undefined` by signal. */
  kill(signal?: NodeJS.Signals): Promise<number | undefined>
  /** Its exit code, or `undefined` when a signal ended it. */
  readonly exited: Promise<number | undefined>
}

/** Watches `carrier`, the nsenter whose only child is the process of interest. */
export const labProcess = (carrier: ChildProcessByStdio<null, Readable, Readable>): LabProcess => {
  let output = ''
  let stdout = ''
  let ended = false
  carrier.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    stdout += text
  })
  carrier.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  const exited = new Promise<number | undefined>((resolve, reject) => {
    carrier.on('error', reject)
    carrier.on('close', (code) => {
      ended = true
      resolve(code ?? undefined)
    })
  })
  const hostPid = () =>
    until('the process to start', async () => {
      if (ended) throw new Error(`the process has ended:\n${output}`)
      const children = await childrenOf(carrier.pid)
      return children[0]
    })

  return {
    output: () => output,
    stdout: () => stdout,
    exited,
    hostPid,
    onLine: (listener) => {
      for (const input of [carrier.stdout, carrier.stderr]) createInterface({ input }).on('line', listener)
    },
    waitFor: (pattern, timeoutMs) =>
      until(
        `${pattern}`,
        () => {
          const found = pattern.exec(output) ?? undefined
          if (found === undefined && ended)
            throw new Error(`the process ended without ${pattern}:\n${output}`)
          return found
        },
        timeoutMs,
      ).catch((error: unknown) => {
        throw new Error(`no ${pattern} in the output:\n${output}`, { cause: error })
      }),
    kill: async (signal = 'SIGTERM') => {
      if (!ended) process.kill(await hostPid(), signal)
      return exited
    },
  }
}

const childrenOf = async (pid: number | undefined): Promise<readonly number[]> => {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return text.split(' ').filter(Boolean).map(Number)
}
