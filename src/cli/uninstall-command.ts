/** `watchdog uninstall`: undoes `watchdog install`. */

import { existsSync, readFileSync } from 'node:fs'
import { Command } from 'commander'
import { performSteps } from '../install/perform.ts'
import { placesOf } from '../install/places.ts'
import { uninstallSteps } from '../install/plan.ts'
import { watchdogUser } from '../install/polkit-rule.ts'
import { CommandError, exitCode } from './exit-code.ts'
import { type ScopeOptions, scopeOf } from './install-scope.ts'

interface Options extends ScopeOptions {
  readonly purge?: true
}

export const uninstallCommand = (): Command =>
  new Command('uninstall')
    .description('stop the service and remove what install has put in place, and say what was done')
    .option('--purge', 'the rule file, the state and the user, too')
    .option('--user', 'for units of your own systemd')
    .option('--root <directory>', 'for packages: remove from below this directory, and run nothing')
    .option('--dry-run', 'only say what would be done')
    .allowExcessArguments(false)
    .action(uninstall)

async function uninstall(options: Options): Promise<void> {
  const scope = scopeOf(options)
  const places = placesOf(scope)
  const purge = options.purge === true
  const hasUser = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .some((line) => line.startsWith(`${watchdogUser}:`))
  const steps = uninstallSteps({ scope, places, isInstalled: existsSync(places.unit), hasUser, purge })
  const say = (line: string): void => void process.stdout.write(`${line}\n`)
  const failure = await performSteps(steps, { dryRun: options.dryRun === true, say })
  if (failure !== undefined) throw new CommandError(failure.message, exitCode.failed)
}
