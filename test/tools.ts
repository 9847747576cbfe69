/** Which programs a test finds here. */

import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Why a test that needs these programs is skipped; under `CI=true` it never is, and fails for want of them. */
export function whyMissing(...commands: readonly string[]): string | false {
  if (process.env['CI'] === 'true') return false
  const missing = commands.filter((command) => !isOnPath(command))
  return missing.length === 0 ? false : `needs ${missing.join(', ')}`
}

const isOnPath = (command: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
