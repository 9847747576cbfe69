/** `watchdog check`: is the rule file right? */

import { Command } from 'commander'
import { parseRules } from '../config/parse-rules.ts'
import { counted } from '../report/counted.ts'
import { problemJson } from '../report/problems.ts'
import { CommandError, exitCode } from './exit-code.ts'
import { problemText, readRuleFile } from './load-rules.ts'

export const checkCommand = (): Command =>
  new Command('check')
    .description('validate rule files and show all mistakes at once')
    .argument('<file...>', 'rule files')
    .option('--json', 'one JSON object per mistake on standard output')
    .addHelpText('after', '\nExit codes: 0 every file is right, 2 there are mistakes.')
    .action(check)

function check(files: readonly string[], options: { json?: true }): void {
  const wrong: string[] = []
  for (const file of files) {
    const bytes = readRuleFile(file)
    const result = parseRules(bytes, file)
    if (result.ok) {
      const { rules, sources } = result.ruleset
      if (!options.json)
        process.stdout.write(
          `${file}: ${counted(rules.length, 'rule')} on ${counted(sources.size, 'source')}, no mistakes\n`,
        )
    } else if (options.json) {
      for (const problem of result.problems) process.stdout.write(`${JSON.stringify(problemJson(problem))}\n`)
      wrong.push(`${file}: ${counted(result.problems.length, 'mistake')}`)
    } else wrong.push(problemText(result.problems, bytes))
  }
  if (wrong.length > 0) throw new CommandError(wrong.join('\n\n'), exitCode.usage)
}
