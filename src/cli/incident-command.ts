/** `watchdog incident`: all that is known of one incident. */

import { Command } from 'commander'
import { accountJson, accountOf } from '../history/account.ts'
import { accountText } from '../history/account-text.ts'
import type { HistoryEntry } from '../history/history-entry.ts'
import { readHistory } from '../history/read-history.ts'
import { coloursFor } from '../report/colours.ts'
import { SourceError } from '../sources/source.ts'
import { CommandError, exitCode } from './exit-code.ts'

interface IncidentOptions {
  readonly json?: true
}

export const incidentCommand = (): Command =>
  new Command('incident')
    .description('show all that is known of one incident: decision, evidence, actions, what came of them')
    .argument('<id>', 'its ID, as "watchdog history" shows it')
    .option('--json', 'as one JSON object')
    .allowExcessArguments(false)
    .addHelpText(
      'after',
      '\nExit codes: 0 success, 1 there is no such incident or the journal cannot be read, 2 wrong usage.',
    )
    .action(run)

async function run(id: string, options: IncidentOptions): Promise<void> {
  if (!/^[0-9a-z]+-[0-9a-z]+$/.test(id)) {
    throw new CommandError(
      `expected the ID of an incident, got ${JSON.stringify(id)}: "watchdog history" shows them`,
      exitCode.usage,
    )
  }
  const entries = await entriesOf(id)
  if (entries.length === 0) {
    throw new CommandError(
      `the journal has no incident ${id}: "watchdog history" shows those that it has`,
      exitCode.failed,
    )
  }
  const account = accountOf(id, entries)
  const colours = coloursFor(process.stdout.isTTY && process.stdout.hasColors())
  const text = options.json ? JSON.stringify(accountJson(account)) : accountText(account, colours)
  process.stdout.write(`${text}\n`)
}

async function entriesOf(id: string): Promise<readonly HistoryEntry[]> {
  const entries: HistoryEntry[] = []
  try {
    for await (const entry of readHistory({ incident: id })) entries.push(entry)
  } catch (error) {
    throw error instanceof SourceError ? new CommandError(error.message, exitCode.failed) : error
  }
  return entries
}
