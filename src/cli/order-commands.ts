/** `watchdog pause`, `resume`, `act` and `reload`: orders for a running watchdog. */

import { Command } from 'commander'
import { type ControlOptions, give, withControl } from './control-options.ts'
import { CommandError, exitCode } from './exit-code.ts'

const codes = '\nExit codes: 0 done, 1 refused or no watchdog answers, 2 wrong usage.'

export const pauseCommand = (): Command =>
  withControl(
    new Command('pause')
      .description('watch a rule or a unit and do not act upon it, for a time or until it is resumed')
      .argument('<rule-or-unit>', 'name of a rule, or of a unit that rules act upon')
      .option('--for <span>', 'how long, such as 30min or 2h (default: until it is resumed)'),
  )
    .addHelpText('after', codes)
    .action((subject: string, options: ControlOptions & { readonly for?: string }) =>
      give(options, { do: 'pause', subject, ...(options.for === undefined ? {} : { for: options.for }) }),
    )

export const resumeCommand = (): Command =>
  withControl(
    new Command('resume')
      .description('end a pause, or that the watchdog has given up, or that a rule is set aside')
      .argument('<rule-or-unit>', 'name of a rule, or of a unit that rules act upon'),
  )
    .addHelpText('after', codes)
    .action((subject: string, options: ControlOptions) => give(options, { do: 'resume', subject }))

export const actCommand = (): Command =>
  withControl(
    new Command('act')
      .description('have a rule act now, as if its condition had come true; cooldown, budget and pauses hold')
      .argument('<rule>', 'name of the rule')
      .argument('[key...]', 'NAME=VALUE for each part of its group_by'),
  )
    .addHelpText('after', codes)
    .action((subject: string, parts: readonly string[], options: ControlOptions) =>
      give(options, { do: 'act', subject, key: Object.fromEntries(parts.map(keyPart)) }),
    )

function keyPart(text: string): readonly [string, string] {
  const at = text.indexOf('=')
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)]
  throw new CommandError(`expected NAME=VALUE, got ${JSON.stringify(text)}`, exitCode.usage)
}

export const reloadCommand = (): Command =>
  withControl(
    new Command('reload').description('read the rule file again; a wrong one changes nothing, and says why'),
  )
    .addHelpText('after', codes)
    .action((options: ControlOptions) => give(options, { do: 'reload' }))
