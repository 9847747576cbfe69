/** The `fcgi-pool` command as commander has it. */

import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { statusCommand } from './status-command.ts'

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))

/** Without what it does: its help, its manual page and its completions are made from it. */
export const poolProgram = (): Command =>
  new Command('fcgi-pool')
    .description(
      'A prefork FastCGI pool for nginx, Apache and lighttpd that keeps serving while it is reloaded and upgraded.',
    )
    .version(version)
    .argument('[app]', 'module that exports the application')
    .option('-c, --config <file>', 'configuration file (YAML); options given here replace its values')
    .option('-l, --listen <address>', 'HOST:PORT, path of a Unix socket with a /, "systemd", or fd:NUMBER')
    .option('-w, --workers <count>', 'number of workers')
    .option('--control <path>', 'control socket of the manager, for "fcgi-pool status"')
    .showHelpAfterError('(see fcgi-pool --help)')
    .addHelpText(
      'after',
      `
Relative paths start from the working directory, those in a configuration from its folder.

Signals to the manager: HUP re-reads code and configuration, USR2 starts a new manager that takes over,
TERM, QUIT and INT finish the requests under way and end. No request is lost by any of them.

Exit codes: 0 ended by a signal, 1 cannot listen or have its control socket, 2 wrong usage or configuration,
84 a worker said that the whole service is broken, 85 an upgrade failed (of the new manager).`,
    )
    .addCommand(statusCommand())
