/** The watchdog as it is shipped, built where it is not there yet. */

import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const project = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/** Path of the `watchdog` program, from the root of the project. */
export function builtWatchdog(): string {
  const program = 'dist/cli/watchdog.js'
  if (!existsSync(`${project}/${program}`)) execFileSync('npm', ['run', 'build'], { cwd: project })
  return program
}
