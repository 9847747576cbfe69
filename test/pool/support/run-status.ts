/** `fcgi-pool status`, asked in the folder of a test. */

import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { builtPool } from './built-pool.ts'
import type { Workspace } from './workspace.ts'

export const runStatus = (space: Workspace, ...args: readonly string[]): SpawnSyncReturns<string> =>
  spawnSync(process.execPath, [builtPool(), 'status', ...args], { cwd: space.directory, encoding: 'utf8' })
