/** Runs journalctl and reads what it prints, until it ends. */

import { execa } from 'execa'
import type { JournalEntry } from './entry.ts'
import { ExportParser } from './export-parser.ts'

export interface Run {
  /** Entries of one chunk of output, in their order, and how many could not be read. */
  readonly entries: readonly JournalEntry[]
  readonly damaged: number
}

export interface End {
  /** In words: `exit code 1`, `signal SIGKILL`. */
  readonly how: string
  readonly failed: boolean
  /** There is no such program. */
  readonly missing: boolean
  /** The end of what it wrote to standard error. */
  readonly complaint: string
}

/** Of standard error, only the end is kept. */
const complaintLimit = 4_096

/** Yields chunks as they come; the next is read only when it is asked for. Ends with how the child ended. */
export async function* journalctl(
  program: string,
  args: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<Run, End> {
  const child = execa(program, ['--no-pager', '--output=export', ...args], {
    buffer: false,
    reject: false,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    env: { LC_ALL: 'C.UTF-8' },
    cancelSignal: signal,
  })
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString('utf8')).slice(-complaintLimit)
  })
  const parser = new ExportParser()
  try {
    for await (const chunk of child.stdout) yield parser.push(chunk)
  } catch (error) {
    if (!signal.aborted) complaint += `\n${error instanceof Error ? error.message : String(error)}`
  } finally {
    child.kill()
  }
  const result = await child
  const how =
    result.exitCode === undefined ? `signal ${result.signal ?? 'unknown'}` : `exit code ${result.exitCode}`
  return { how, failed: result.failed, missing: result.code === 'ENOENT', complaint: complaint.trim() }
}
