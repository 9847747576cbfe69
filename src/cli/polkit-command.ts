/** `watchdog polkit`: the least permission that the rules need. */

import { Command } from 'commander'
import type { Rule } from '../engine/rule.ts'
import { knownUnits } from '../engine/target.ts'
import { grantsOf } from '../install/grant.ts'
import { polkitRule } from '../install/polkit-rule.ts'
import { loadRules } from './load-rules.ts'
import { unitIds } from './unit-ids.ts'

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
      process.stdout.write(await polkitRuleFor(loadRules(rules).rules))
    })

/** The rule for what is in force on this machine, where aliases are known. */
async function polkitRuleFor(rules: readonly Rule[]): Promise<string> {
  const ids = await unitIds([...new Set(rules.flatMap(knownUnits))])
  return polkitRule(grantsOf(rules, (unit) => ids.get(unit) ?? unit))
}
