/** The path of a Unix socket: whether one can be made there, and how it is removed again. */

import { lstatSync, statSync, unlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { reasonOf } from './system-error.ts'

/** What the kernel takes (https://man7.org/linux/man-pages/man7/unix.7.html); libuv cuts off in silence what is longer. */
const limitBytes = 107

/**
 * Why no socket can be made at `path`, as far as can be told beforehand. A socket that is there already is no reason.
 * `spareBytes`: that many more will be needed for a moment.
 */
export function socketPathProblem(path: string, spareBytes = 0): string | undefined {
  const most = limitBytes - spareBytes
  const length = Buffer.byteLength(path)
  if (length > most) return `its path has ${length} bytes, and ${most} are possible`
  const folder = dirname(path)
  try {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
      return `there is no folder ${folder}`
    if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() === false) return 'it exists and is no socket'
  } catch (error) {
    return reasonOf(error)
  }
  return undefined
}

/** Removes `path` if it is still what it is now. */
export function remover(path: string): () => void {
  const made = lstatSync(path, { throwIfNoEntry: false })?.ino
  return () => {
    if (made !== undefined && lstatSync(path, { throwIfNoEntry: false })?.ino === made) unlinkSync(path)
  }
}
