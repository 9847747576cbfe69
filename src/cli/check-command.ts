/** `watchdog check`: is the rule file right? */

import { Command } from 'commander'
import { parseRules } from '../config/parse-rules.ts'
import { counted } from '../report/counted.ts'
import { formatProblems, problemJson, warningJson } from '../report/problems.ts'
import { CommandError, exitCode } from './exit-code.ts'
import { problemText, readRuleFile } from './load-rules.ts'
import { unitFacts } from './unit-facts.ts'

interface CheckOptions {
  readonly json?: true
  readonly strict?: true
}

export const checkCommand = (): Command =>
  new Command('check')
    .description('validate rule files: all mistakes at once, and what is surely not meant')
    .argument('<file...>', 'rule files')
    .option('--json', 'one JSON object per mistake or warning on standard output')
    .option('--strict', 'take warnings for mistakes')
    .addHelpText(
      'after',
      '\nSettings of the units are asked of systemd, where there is one.\nExit codes: 0 every file is right, 2 there are mistakes.',
    )
    .action(check)

async function check(files: readonly string[], { json, strict }: CheckOptions): Promise<void> {
  const wrong: string[] = []
  for (const file of files) {
    const bytes = readRuleFile(file)
    const result = parseRules(bytes, file)
    if (!result.ok) {
      if (json) for (const problem of result.problems) print(problemJson(problem))
      wrong.push(
        json ? `${file}: ${counted(result.problems.length, 'mistake')}` : problemText(result.problems, bytes),
      )
      continue
    }
    const { rules, sources } = result.ruleset
    const warnings = result.warnings(await unitFacts(rules))
    if (json) for (const warning of warnings) print(warningJson(warning))
    else if (warnings.length > 0) {
      const shown = warnings.map((warning) => ({ ...warning, severity: 'warning' as const }))
      const colour = process.stderr.hasColors?.() ?? false
      process.stderr.write(`${formatProblems(shown, new TextDecoder().decode(bytes), { colour })}\n`)
    }
    const found =
      warnings.length === 0 ? 'no mistakes' : `no mistakes, ${counted(warnings.length, 'warning')}`
    if (!json)
      process.stdout.write(
        `${file}: ${counted(rules.length, 'rule')} on ${counted(sources.size, 'source')}, ${found}\n`,
      )
    if (strict && warnings.length > 0) wrong.push(`${file}: ${counted(warnings.length, 'warning')}`)
  }
  if (wrong.length > 0) throw new CommandError(wrong.join('\n\n'), exitCode.usage)
}

const print = (object: object): void => {
  process.stdout.write(`${JSON.stringify(object)}\n`)
}
