/** The rule that `--rule` names. */

import { unknownWord } from '../config/mistake.ts'
import type { Ruleset } from '../config/ruleset.ts'
import type { Rule } from '../engine/rule.ts'
import { CommandError, exitCode } from './exit-code.ts'

/** A name that no rule has ends the command. */
export function chosenRule({ rules }: Ruleset, name: string): Rule {
  const rule = rules.find((one) => one.name === name)
  if (rule !== undefined) return rule
  const names = rules.map((one) => one.name)
  throw new CommandError(
    `--rule: ${unknownWord('unknown-rule', 'rule', name, names).message}`,
    exitCode.usage,
  )
}
