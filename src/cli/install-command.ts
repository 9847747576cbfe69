/** `watchdog install`: the watchdog as a service, with everything that it needs. */

import { existsSync, readFileSync } from 'node:fs'
import { Command } from 'commander'
import { grantsOf, grantWords } from '../install/grant.ts'
import { performSteps } from '../install/perform.ts'
import { type Places, packagedUnit, placesOf, type Scope } from '../install/places.ts'
import { type InstallOptions, installSteps } from '../install/plan.ts'
import { polkitRule, watchdogUser } from '../install/polkit-rule.ts'
import { unitText } from '../install/unit-text.ts'
import { whyInvisible } from '../install/visible.ts'
import { CommandError, exitCode } from './exit-code.ts'
import { type ScopeOptions, scopeOf } from './install-scope.ts'
import { knownGrants } from './known-grants.ts'
import { loadRules, readRuleFile } from './load-rules.ts'

interface Options extends ScopeOptions {
  readonly rules?: string
}

export const installCommand = (): Command =>
  new Command('install')
    .description('put unit, user, polkit rule and rule file in place, and say what was done')
    .option('--rules <file>', 'rule file, which is put in place where there is none yet')
    .option('--user', 'for units of your own systemd')
    .option('--root <directory>', 'for packages: put everything below this directory, and run nothing')
    .option('--dry-run', 'only say what would be done')
    .addHelpText(
      'after',
      `
It can be called again, after a change of the rules or of the watchdog, and undone by "watchdog uninstall".
A rule file that is in place already is kept, and what the service may do is made from it.`,
    )
    .allowExcessArguments(false)
    .action(install)

async function install(options: Options): Promise<void> {
  process.umask(0o022)
  const scope = scopeOf(options)
  const places = placesOf(scope)
  const rules = await rulesIn(options.rules, places, scope)
  const isPackaged = scope.kind === 'machine' && existsSync(packagedUnit)
  const program = isPackaged || scope.kind === 'package' ? undefined : ownProgram(scope)
  const say = (line: string): void => void process.stdout.write(`${line}\n`)
  const steps = installSteps({
    scope,
    places,
    unit: unitText(shipped(`${scope.kind === 'user' ? 'user/' : ''}unit-watchdog.service`), program),
    user: shipped('unit-watchdog.sysusers'),
    isPackaged,
    ...(rules === undefined ? {} : { rules }),
  })
  const failure = await performSteps(steps, { dryRun: options.dryRun === true, say })
  if (failure !== undefined) throw new CommandError(failure.message, exitCode.failed)
}

/** What is in force afterwards: a rule file that is in place is the administrator's. */
async function rulesIn(
  given: string | undefined,
  places: Places,
  scope: Scope,
): Promise<InstallOptions['rules']> {
  const isThere = existsSync(places.rules)
  const file = isThere ? places.rules : given
  if (file === undefined) {
    if (scope.kind === 'package') return undefined
    throw new CommandError(`give a rule file with --rules: there is none at ${places.rules}`, exitCode.usage)
  }
  const bytes = readRuleFile(file)
  const { rules } = loadRules(file)
  if (given !== undefined && !bytes.equals(readRuleFile(given))) {
    const advice = `to use the other: cp ${given} ${places.rules}, and install again`
    process.stderr.write(
      `${places.rules} is not the same as ${given}: it is kept and goes on being used; ${advice}\n`,
    )
  }
  const grants = scope.kind === 'package' ? grantsOf(rules) : await knownGrants(rules)
  return {
    text: bytes.toString(),
    polkit: polkitRule(grants),
    summary: `lets ${watchdogUser} ${grantWords(grants) || 'do nothing'}`,
  }
}

/** How this program was called, for a service to call it in the same way. */
function ownProgram(scope: Scope): readonly string[] {
  const script = process.argv[1] ?? ''
  if (scope.kind === 'machine') {
    for (const path of [process.execPath, script]) {
      const why = whyInvisible(path)
      const advice = 'install Node.js and the watchdog for the whole machine, as below /usr/local'
      if (why !== undefined)
        throw new CommandError(`a service cannot run this watchdog: ${why}; ${advice}`, exitCode.failed)
    }
  }
  return [process.execPath, ...process.execArgv, script]
}

const shipped = (name: string): string =>
  readFileSync(new URL(`../../systemd/${name}`, import.meta.url), 'utf8')
