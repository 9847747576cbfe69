/** `watchdog diff`: which decisions another rule file would change. */

import { Command } from 'commander'
import { coloursFor } from '../report/colours.ts'
import { changeJson, changeText, comparisonJson, comparisonText } from '../report/decision-change.ts'
import { compareDecisions } from '../run/decision-changes.ts'
import { sideBySide } from '../run/side-by-side.ts'
import { exitCode } from './exit-code.ts'
import { loadRules } from './load-rules.ts'
import {
  type LogOptions,
  logArguments,
  type PeriodOptions,
  periodOf,
  periodOptions,
  recordedLogs,
} from './recorded-logs.ts'

interface DiffOptions extends LogOptions, PeriodOptions {
  readonly json?: true
}

export const diffCommand = (): Command =>
  periodOptions(
    logArguments(
      new Command('diff')
        .argument('<old.yaml>', 'rule file as it is')
        .argument('<new.yaml>', 'rule file as it shall be'),
      'compare over',
    ),
  )
    .description(
      'show which decisions a change of the rules changes, over recorded logs; nothing is acted upon',
    )
    .option('--json', 'one JSON object per line: the changes, a summary')
    .addHelpText(
      'after',
      '\nA log is read for the sources of either rule file that read it.\nExit codes: 0 every decision is the same, 10 some differ, 1 a log cannot be read, 2 wrong usage or rule file.',
    )
    .action(run)

async function run(
  oldFile: string,
  newFile: string,
  paths: readonly string[],
  options: DiffOptions,
): Promise<void> {
  const rulesets = { old: loadRules(oldFile), new: loadRules(newFile) }
  const both = sideBySide(rulesets)
  const batches = recordedLogs({ paths, ...options, ...periodOf(options), ruleset: both.ruleset })
  const decisions = await both.replay(batches, ({ message }) => process.stderr.write(`${message}\n`))
  const comparison = compareDecisions(decisions, { old: rulesets.old.rules, new: rulesets.new.rules })
  const colours = coloursFor(process.stdout.isTTY && process.stdout.hasColors())
  for (const change of comparison.changes)
    print(options.json ? JSON.stringify(changeJson(change)) : changeText(change, colours))
  print(
    options.json
      ? JSON.stringify(comparisonJson(comparison))
      : comparisonText(comparison, [oldFile, newFile]),
  )
  if (comparison.changes.length > 0) process.exitCode = exitCode.differs
}

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}
