/** A lock that ends with this process, however it ends. */

import { execa } from 'execa'

export type LockResult =
  | { readonly kind: 'locked'; readonly release: () => Promise<void> }
  /** Somebody else has it. */
  | { readonly kind: 'taken' }
  | { readonly kind: 'impossible'; readonly why: string }

/** How long the child of a process that was just killed may take to end. */
const patienceSeconds = '2'

/**
 * Locks the file at `path`, which is made where it is missing. flock(1) holds the lock in a child that ends when we do:
 * the kernel closes its standard input then.
 */
export async function lockFile(path: string): Promise<LockResult> {
  const child = execa('flock', ['--wait', patienceSeconds, '--no-fork', path, 'cat'], {
    reject: false,
    buffer: false,
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'ignore',
  })
  // A child that has ended cannot be written to: what became of it tells why.
  child.stdin.on('error', () => child.kill())
  child.stdin.write('locked\n')
  const hasAnswered = await new Promise<boolean>((resolve) => {
    // What cat repeats says that the lock is held.
    child.stdout.once('data', () => resolve(true))
    child.stdout.once('close', () => resolve(false))
  })
  if (hasAnswered) {
    return {
      kind: 'locked',
      release: async () => {
        child.stdin.end()
        await child
      },
    }
  }
  const { exitCode, code } = await child
  return exitCode === 1
    ? { kind: 'taken' }
    : { kind: 'impossible', why: code ?? `flock ended with ${exitCode}` }
}
