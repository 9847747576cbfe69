#!/usr/bin/env node
/** The `watchdog` command: options in, exit code out. Each subcommand has a file of its own. */

import { Command } from 'commander'
import { CommandError, exitCode } from './exit-code.ts'
import { version } from './version.ts'

/** Only what is used is loaded: half of the time of a short command is loading. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import('./run-command.ts')).runCommand(),
  status: async () => (await import('./status-command.ts')).statusCommand(),
  pause: async () => (await import('./order-commands.ts')).pauseCommand(),
  resume: async () => (await import('./order-commands.ts')).resumeCommand(),
  act: async () => (await import('./order-commands.ts')).actCommand(),
  reload: async () => (await import('./order-commands.ts')).reloadCommand(),
  check: async () => (await import('./check-command.ts')).checkCommand(),
  replay: async () => (await import('./replay-command.ts')).replayCommand(),
  diff: async () => (await import('./diff-command.ts')).diffCommand(),
  tune: async () => (await import('./tune-command.ts')).tuneCommand(),
  record: async () => (await import('./record-command.ts')).recordCommand(),
  test: async () => (await import('./test-command.ts')).testCommand(),
  install: async () => (await import('./install-command.ts')).installCommand(),
  uninstall: async () => (await import('./uninstall-command.ts')).uninstallCommand(),
  polkit: async () => (await import('./polkit-command.ts')).polkitCommand(),
  times: async () => (await import('./times-command.ts')).timesCommand(),
  history: async () => (await import('./history-command.ts')).historyCommand(),
  incident: async () => (await import('./incident-command.ts')).incidentCommand(),
  schema: async () => (await import('./schema-command.ts')).schemaCommand(),
  rules: async () => (await import('./rules-command.ts')).rulesCommand(),
}
const byDefault = 'run'

const program = new Command('watchdog')
  .description(
    'Watches the logs of services by sliding-window rules, and restarts the unit whose rule comes true.',
  )
  .version(version)
  .showHelpAfterError('(see watchdog --help)')
  .addHelpText(
    'after',
    `
"watchdog --rules FILE" is short for "watchdog run --rules FILE".

Exit codes: 0 success, 1 an operation or a test failed, 2 wrong usage or a wrong rule file,
            10 replay: some rule would have acted; diff: some decision differs.`,
  )

for (const name of wanted(process.argv[2])) {
  const command = await commands[name]?.()
  if (command !== undefined) program.addCommand(command, { isDefault: name === byDefault })
}
for (const command of withSubcommands(program)) {
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

/** The commands that the first argument may be about: all of them where that is not known, or where help is wanted. */
function wanted(first = '--help'): readonly string[] {
  if (Object.hasOwn(commands, first)) return [first]
  const isHelp = ['-h', '--help', '-V', '--version'].includes(first)
  return first.startsWith('-') && !isHelp ? [byDefault] : Object.keys(commands)
}

function withSubcommands(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)]
}
