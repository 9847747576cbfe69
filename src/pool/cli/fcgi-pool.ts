#!/usr/bin/env node
/** The `fcgi-pool` command: options in, a running pool out. */

import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { loadSettings } from '../config/load-settings.ts'
import type { Overrides } from '../config/parse-config.ts'
import { ConfigError } from '../config/problem.ts'
import { exitStatus } from '../exit-status.ts'
import { stderrLog } from '../log.ts'
import { runManager } from '../manager/manager.ts'
import { notifierFrom } from '../manager/notifier.ts'
import { statusCommand } from './status-command.ts'

interface Options {
  readonly config?: string
  readonly listen?: string
  readonly workers?: string
  readonly control?: string
}

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))

const program = new Command('fcgi-pool')
  .description(
    'A prefork FastCGI pool for nginx, Apache and lighttpd that keeps serving while it is reloaded and upgraded.',
  )
  .version(version)
  .argument('[app]', 'module that exports the application')
  .option('-c, --config <file>', 'configuration file (YAML); options given here replace its values')
  .option('-l, --listen <address>', 'HOST:PORT, path of a Unix socket, "systemd", or fd:NUMBER')
  .option('-w, --workers <count>', 'number of workers')
  .option('--control <path>', 'control socket of the manager, for "fcgi-pool status"')
  .showHelpAfterError('(see fcgi-pool --help)')
  .addHelpText(
    'after',
    `
Signals to the manager: HUP re-reads code and configuration, USR2 starts a new manager that takes over,
TERM, QUIT and INT finish the requests under way and end. No request is lost by any of them.

Exit codes: 0 ended by a signal, 1 cannot listen, 2 wrong usage or configuration, 84 a worker said that
the whole service is broken, 85 an upgrade failed (of the new manager).`,
  )
  .action(run)
  .addCommand(statusCommand())

for (const command of [program, ...program.commands]) {
  command.exitOverride((error) => {
    process.exit(error.exitCode === 0 ? exitStatus.ok : exitStatus.usage)
  })
}

await program.parseAsync()

async function run(app: string | undefined, options: Options): Promise<void> {
  const log = stderrLog('manager')
  const reread = () => loadSettings(options.config, overridesFrom(app, options))
  try {
    const settings = await reread()
    process.title = 'fcgi-pool: manager'
    const watched = settings.watch ? options.config : undefined
    const status = await runManager({
      settings,
      reread,
      watched,
      log,
      notifier: notifierFrom(process.env, log),
    })
    // At once: a handle that is closed on a natural end would remove a Unix socket's path under a new manager.
    process.exit(status)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(error instanceof ConfigError ? exitStatus.usage : exitStatus.failed)
  }
}

function overridesFrom(app: string | undefined, { listen, workers, control }: Options): Overrides {
  const given = { app, listen, workers: workers === undefined ? undefined : Number(workers), control }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}
