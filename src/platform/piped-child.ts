/** A child whose output comes through a pipe. Node's own are pairs of sockets, which take three times as long for much data. */

import { execFileSync, spawn } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ChildEnd } from './child-process.ts'

export interface PipedChild {
  /** Descriptor of its standard output, to be closed by the caller, which ends the child. Reading from it blocks. */
  readonly output: number
  /** Resolves when the child has ended. Never rejects. */
  readonly ended: Promise<ChildEnd>
}

const complaintBytes = 4_096

/** Starts `program`, without input; `undefined` where no pipe can be made. Failing to start is told by `ended`. */
export function startPiped(program: string, args: readonly string[]): PipedChild | undefined {
  const pipe = openPipe()
  if (pipe === undefined) return undefined
  const child = spawn(program, args, { stdio: ['ignore', pipe.writeEnd, 'pipe'] })
  closeSync(pipe.writeEnd)
  let complaint = Buffer.alloc(0)
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint = Buffer.concat([complaint, chunk]).subarray(-complaintBytes)
  })
  const ended = new Promise<ChildEnd>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ kind: 'not-started', code: error.code ?? 'unknown', complaint: '' }),
    )
    child.once('close', (status, signal) => {
      const said = { complaint: complaint.toString() }
      resolve(
        signal === null
          ? { kind: 'exited', status: status ?? 0, ...said }
          : { kind: 'killed', signal, ...said },
      )
    })
  })
  return { output: pipe.readEnd, ended }
}

/** Node has no pipes of its own: this is a named one that has lost its name. `undefined` without a place for it, or mkfifo(1). */
function openPipe(): { readonly readEnd: number; readonly writeEnd: number } | undefined {
  let folder: string | undefined
  try {
    folder = mkdtempSync(join(tmpdir(), 'watchdog-'))
    const path = join(folder, 'pipe')
    execFileSync('mkfifo', ['-m', '600', path], { stdio: 'ignore' })
    // Opening one end waits for the other, but not where a descriptor has both.
    const both = openSync(path, constants.O_RDWR)
    const readEnd = openSync(path, constants.O_RDONLY)
    const writeEnd = openSync(path, constants.O_WRONLY)
    closeSync(both)
    return { readEnd, writeEnd }
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined
    throw error
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  }
}
