/** The Debian package as it is built, from `dist/` as it stands. */

import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { builtWatchdog } from '../run/built-watchdog.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))

/** Path of the package, in a directory of its own, which the caller removes. */
export async function buildPackage(): Promise<string> {
  builtWatchdog()
  const folder = mkdtempSync(join(tmpdir(), 'watchdog-deb-'))
  await execa(process.execPath, ['.config/build-deb.mjs', folder], { cwd: project, timeout: 120_000 })
  return join(folder, readdirSync(folder)[0] ?? '')
}
