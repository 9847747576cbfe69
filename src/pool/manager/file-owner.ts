/** Users and groups of the system, by name or number. */

import { execFileSync } from 'node:child_process'

/** Numbers for `chown`, which leaves alone what is -1. */
export interface Owner {
  readonly user: number
  readonly group: number
}

/** Throws an `Error` for a name that there is not. */
export const ownerOf = (user: string | undefined, group: string | undefined): Owner => ({
  user: numberOf(user, (name) => lookUp('id', ['-u', '--', name], `user ${name}`)),
  // As `getent` finds it: `id` knows users only.
  group: numberOf(group, (name) => lookUp('getent', ['group', name], `group ${name}`).split(':')[2]),
})

function numberOf(name: string | undefined, find: (name: string) => string | undefined): number {
  if (name === undefined) return -1
  return /^\d+$/.test(name) ? Number(name) : Number(find(name))
}

function lookUp(file: string, args: readonly string[], what: string): string {
  try {
    return execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch (error) {
    throw new Error(`cannot find the ${what}`, { cause: error })
  }
}
