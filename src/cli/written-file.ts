/** Writes what a command makes to a file that the user named. */

import { writeFileSync } from 'node:fs'
import { CommandError, exitCode } from './exit-code.ts'

export function writeReport(path: string, text: string): void {
  try {
    writeFileSync(path, text)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error
    throw new CommandError(`${path} cannot be written: ${String(code)}`, exitCode.usage)
  }
}
