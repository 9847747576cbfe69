/** The `watchdog` command as commander has it: from this its help, its manual page and its completions are made. */

import { Command } from 'commander'
import { version } from './version.ts'

const loaders: Readonly<Record<string, () => Promise<Command>>> = {
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
  completion: async () =>
    (await import('./completion-command.ts')).completionCommand(
      () => watchdogProgram(commandNames),
      defaultCommand,
    ),
}

export const commandNames: readonly string[] = Object.keys(loaders)

/** The one that runs where no command is named. */
export const defaultCommand = 'run'

/** The program with these of its commands. */
export async function watchdogProgram(names: readonly string[]): Promise<Command> {
  const program = emptyProgram()
  for (const name of names) {
    const command = await loaders[name]?.()
    if (command !== undefined) program.addCommand(command, { isDefault: name === defaultCommand })
  }
  return program
}

const emptyProgram = (): Command =>
  new Command('watchdog')
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
