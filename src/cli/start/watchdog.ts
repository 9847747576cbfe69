#!/usr/bin/env node
/** What `watchdog` is when it is built: else most of a short command's time would be compiling. */

import { readFileSync } from 'node:fs'
import { cacheFile, mainScript, runMain } from './main-script.ts'

runMain(mainScript(cache()))

function cache(): Buffer | undefined {
  try {
    return readFileSync(cacheFile)
  } catch {
    // It is not shipped, as it belongs to one version of Node.
    return undefined
  }
}
