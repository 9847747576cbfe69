/** What helps with a large log is started while the program is being loaded. */

import { statSync } from 'node:fs'
import { mayUseThreads, startEarly, threadedFromBytes } from '../sources/recorded/second-thread.ts'
import { isCompressedLog } from './compressed-log.ts'

/** Commands that read recorded logs. */
const reading: readonly string[] = ['replay', 'diff', 'tune', 'record']

/** `args` are those of the program. Where they name one large file it is the log, as a rule. */
export function startThreadFor([command = '', ...args]: readonly string[]): void {
  if (!reading.includes(command)) return
  if (args.filter(isLarge).length === 1 && mayUseThreads()) startEarly()
}

function isLarge(path: string): boolean {
  try {
    // What is compressed is read as one stream.
    return !isCompressedLog(path) && statSync(path).size >= threadedFromBytes
  } catch {
    // It is an option, or nothing that can be read: whoever reads it says so.
    return false
  }
}
