/** Writes the manual pages and the completions into `man/` and `completions/` of a directory, which is `dist/` by default. Runs under tsx. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { commandNames, defaultCommand, watchdogProgram } from '../src/cli/program.ts'
import { version } from '../src/cli/version.ts'
import { ruleFileSchema } from '../src/config/json-schema.ts'
import { poolProgram } from '../src/pool/cli/program.ts'
import { commandModel } from '../src/usage/command-model.ts'
import { completionScript, shells } from '../src/usage/completion/completion.ts'
import { manualPages } from '../src/usage/manual/pages.ts'
import { sourceDate } from './source-date.mjs'

const text = (path) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const write = (folder, name, content) => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), content)
}

const target = process.argv[2] ?? 'dist'
const watchdog = commandModel(await watchdogProgram(commandNames), defaultCommand)
const pool = commandModel(poolProgram())

const pages = manualPages({
  watchdog,
  pool,
  ruleFile: ruleFileSchema(),
  readme: text('README.md'),
  poolReadme: text('src/pool/README.md'),
  exampleRules: text('rules/example.yaml'),
  version,
  date: sourceDate(),
})
for (const [name, page] of pages) write(join(target, 'man'), name, page)

for (const shell of shells) {
  const folder = join(target, 'completions', shell)
  // The name by which the Debian package always has it; see .config/build-deb.mjs.
  write(folder, 'watchdog', completionScript(shell, watchdog, ['unit-watchdog']))
  write(folder, 'fcgi-pool', completionScript(shell, pool))
}
