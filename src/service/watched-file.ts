/** A file that is looked at again when it changes, however its editor writes it. */

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { watch } from 'chokidar'

/** A file that is being written is left alone until it has been quiet for so long. */
const quietMs = 300

/**
 * Calls `onChange` when the content of the file has become another one, and the file has been quiet since; a file that is
 * away for a moment, as while it is replaced, is waited for. Returns how to end that.
 */
export function watchFile(path: string, onChange: () => void): () => Promise<void> {
  const whole = resolve(path)
  let known = digest(whole)
  let timer: NodeJS.Timeout | undefined
  const look = (): void => {
    const found = digest(whole)
    if (found === undefined || found === known) return
    known = found
    onChange()
  }
  // The directory, since editors and configuration tools put a new file in the place of the old one; symbolic links are followed.
  const watcher = watch(dirname(whole), { depth: 0, ignoreInitial: true })
  watcher.on('all', () => {
    clearTimeout(timer)
    timer = setTimeout(look, quietMs)
  })
  // What cannot be watched can still be reloaded by hand.
  watcher.on('error', () => undefined)
  return async () => {
    clearTimeout(timer)
    await watcher.close()
  }
}

/** `undefined` where it cannot be read. */
function digest(path: string): string | undefined {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex')
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined
    throw error
  }
}
