/** The built program as one script, with what V8 compiled of it before. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { Script } from 'node:vm'

/** Beside the file that this is built into. */
const file = fileURLToPath(new URL('main.js', import.meta.url))
export const cacheFile = `${file}.cache`

/**
 * Compiles the program: a function of the `require` and the `__filename` that it is to have. A `cache` that another version of
 * Node made, or one with other flags, is passed over by V8, which compiles anew what it needs.
 */
export function mainScript(cache?: Buffer): Script {
  // The build sees to it that it is all ASCII, which is read in half the time.
  return new Script(readFileSync(file, 'latin1'), { filename: file, cachedData: cache })
}

export function runMain(script: Script): void {
  script.runInThisContext()(createRequire(file), file)
}
