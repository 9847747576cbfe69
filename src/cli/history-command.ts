/** `watchdog history`: what the watchdog decided and did, as the journal has it. */

import { Command } from 'commander'
import type { HistorySelection } from '../history/history-selection.ts'
import { historyLine } from '../history/history-text.ts'
import { readHistory } from '../history/read-history.ts'
import { realClock } from '../platform/clock.ts'
import { coloursFor } from '../report/colours.ts'
import { SourceError } from '../sources/source.ts'
import { CommandError, exitCode } from './exit-code.ts'
import { momentOption } from './moment-option.ts'

interface HistoryOptions {
  readonly since?: string
  readonly until?: string
  readonly rule?: string
  readonly target?: string
  readonly json?: true
}

export const historyCommand = (): Command =>
  new Command('history')
    .description('show what the watchdog decided and did, as the journal has it')
    .option('--since <time>', 'from then on, such as -2h, yesterday, "2026-11-21 04:30"')
    .option('--until <time>', 'up to then')
    .option('--rule <name>', 'of this rule only')
    .option('--target <unit>', 'about this unit only, such as site.service')
    .option('--json', 'one JSON object per line')
    .allowExcessArguments(false)
    .addHelpText(
      'after',
      '\n"watchdog incident ID" shows one of them whole.\nExit codes: 0 success, also if there is nothing, 1 the journal cannot be read, 2 wrong usage.',
    )
    .action(run)

async function run(options: HistoryOptions): Promise<void> {
  const now = realClock.now()
  const { rule, target } = options
  const selection: HistorySelection = {
    since: momentOption('--since', options.since, now),
    until: momentOption('--until', options.until, now),
    rule,
    target,
  }
  const colours = coloursFor(process.stdout.isTTY && process.stdout.hasColors())
  let isEmpty = true
  try {
    for await (const entry of readHistory(selection)) {
      isEmpty = false
      process.stdout.write(`${options.json ? JSON.stringify(entry.record) : historyLine(entry, colours)}\n`)
    }
  } catch (error) {
    throw error instanceof SourceError ? new CommandError(error.message, exitCode.failed) : error
  }
  if (isEmpty) process.stderr.write(`${nothing(options)}\n`)
}

const nothing = ({ since, until, rule, target }: HistoryOptions): string =>
  [since, until, rule, target].every((option) => option === undefined)
    ? 'the journal has nothing of the watchdog: it has decided nothing, or the journal no longer reaches back so far'
    : 'the journal has nothing like that of the watchdog'
