#!/usr/bin/env node
/** The `watchdog` command: options in, exit code out. Each subcommand has a file of its own. */

import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { checkCommand } from './check-command.ts'
import { CommandError, exitCode } from './exit-code.ts'
import { replayCommand } from './replay-command.ts'
import { runCommand } from './run-command.ts'
import { schemaCommand } from './schema-command.ts'
import { testCommand } from './test-command.ts'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))

const program = new Command('watchdog')
  .description(
    'Watches the logs of services by sliding-window rules, and restarts the unit whose rule comes true.',
  )
  .version(version)
  .addCommand(runCommand(), { isDefault: true })
  .addCommand(checkCommand())
  .addCommand(replayCommand())
  .addCommand(testCommand())
  .addCommand(schemaCommand())
  .showHelpAfterError('(see watchdog --help)')
  .addHelpText(
    'after',
    `
"watchdog --rules FILE" is short for "watchdog run --rules FILE".

Exit codes: 0 success, 1 an operation or a test failed, 2 wrong usage or a wrong rule file,
            10 replay: some rule would have acted.`,
  )

for (const command of [program, ...program.commands]) {
  command.exitOverride((error) => {
    process.exit(error.exitCode === 0 ? exitCode.ok : exitCode.usage)
  })
}

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommandError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = error.exitCode
}
