/** Starts the pool's own programs as child processes with a channel, from source or built. */

import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** `.ts` when this runs from source, `.js` when built. */
const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'))

export type Program = 'worker' | 'dispatcher'

/** `third` becomes descriptor 3. Standard error is the manager's own. */
export function startProgram(program: Program, third: number | 'pipe', directory: string): ChildProcess {
  const path = fileURLToPath(new URL(`../${program}/main${extension}`, import.meta.url))
  const stdio: StdioOptions = ['ignore', 'inherit', 'inherit', third, 'ipc']
  return spawn(process.execPath, [...process.execArgv, path], {
    stdio,
    cwd: directory,
    env: childEnvironment(),
  })
}

/** Without what is meant for the manager alone. */
function childEnvironment(): NodeJS.ProcessEnv {
  const { NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID, LISTEN_FDS, LISTEN_PID, LISTEN_FDNAMES, ...rest } =
    process.env
  return rest
}
