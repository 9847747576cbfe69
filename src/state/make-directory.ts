/** Makes a directory with those above it. */

import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Does nothing where it is there. Throws what the system says where it cannot be made; Node's own `recursive` tries for
 * ever in a file system that says ENOENT to everything, such as /proc.
 */
export function makeDirectory(path: string, mode: number): void {
  if (existsSync(path)) return
  const above = dirname(path)
  if (above !== path) makeDirectory(above, mode)
  mkdirSync(path, { mode })
}
