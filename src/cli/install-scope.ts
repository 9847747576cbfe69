/** For whom the watchdog is installed or removed, as the options say. */

import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Scope } from '../install/places.ts'
import { CommandError, exitCode } from './exit-code.ts'

export interface ScopeOptions {
  readonly user?: true
  readonly root?: string
  readonly dryRun?: true
}

/** Ends the command where the options contradict each other, or where it takes another user. */
export function scopeOf({ user, root, dryRun }: ScopeOptions): Scope {
  if (root !== undefined) {
    if (user)
      throw new CommandError('--root and --user do not go together: --root is for packages', exitCode.usage)
    return { kind: 'package', root: resolve(root) }
  }
  if (user) {
    const directory = (variable: string, otherwise: string): string => {
      const given = process.env[variable]
      return given?.startsWith('/') ? given : join(homedir(), otherwise)
    }
    const [config, state] = [
      directory('XDG_CONFIG_HOME', '.config'),
      directory('XDG_STATE_HOME', '.local/state'),
    ]
    return { kind: 'user', config, state }
  }
  if (!dryRun && process.getuid?.() !== 0) {
    const advice = 'call it as root, or with --user for units of your own; --dry-run shows what would be done'
    throw new CommandError(`only root may change what the whole machine runs: ${advice}`, exitCode.failed)
  }
  return { kind: 'machine' }
}
