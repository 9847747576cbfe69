/** `watchdog polkit`: the least permission that the rules need. */

import { Command } from 'commander'
import { polkitRule } from '../install/polkit-rule.ts'
import { knownGrants } from './known-grants.ts'
import { loadRules } from './load-rules.ts'

export const polkitCommand = (): Command =>
  new Command('polkit')
    .description('print the polkit rule that lets the watchdog do what a rule file may do, and nothing else')
    .requiredOption('--rules <file>', 'rule file')
    .addHelpText(
      'after',
      `
It is for the user unit-watchdog, as whom the service runs:
  watchdog polkit --rules rules.yaml > /etc/polkit-1/rules.d/60-unit-watchdog.rules
Names of units that are aliases are asked of systemd, where there is one.`,
    )
    .allowExcessArguments(false)
    .action(async ({ rules }: { readonly rules: string }) => {
      process.stdout.write(polkitRule(await knownGrants(loadRules(rules).rules)))
    })
