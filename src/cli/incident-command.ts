/** `watchdog incident`: all that is known of one incident. */

import { Command } from 'commander'
import {
  type EvidenceReading,
  evidenceFolder,
  evidencePath,
  readEvidence,
} from '../evidence/evidence-directory.ts'
import { evidenceText } from '../evidence/evidence-text.ts'
import { type Account, accountJson, accountOf } from '../history/account.ts'
import { accountText } from '../history/account-text.ts'
import type { HistoryEntry } from '../history/history-entry.ts'
import { readHistory } from '../history/read-history.ts'
import { coloursFor } from '../report/colours.ts'
import { SourceError } from '../sources/source.ts'
import { CommandError, exitCode } from './exit-code.ts'

interface IncidentOptions {
  readonly stateDir?: string
  readonly json?: true
}

export const incidentCommand = (): Command =>
  new Command('incident')
    .description('show all that is known of one incident: decision, actions, what came of them, evidence')
    .argument('<id>', 'its ID, as "watchdog history" shows it')
    .option('--state-dir <directory>', 'where its evidence is (default: where the journal says it is)')
    .option('--json', 'as one JSON object')
    .allowExcessArguments(false)
    .addHelpText(
      'after',
      '\nExit codes: 0 success, 1 there is no such incident or the journal cannot be read, 2 wrong usage.',
    )
    .action(run)

async function run(id: string, { stateDir, json }: IncidentOptions): Promise<void> {
  if (!/^[0-9a-z]+-[0-9a-z]+$/.test(id)) {
    throw new CommandError(
      `expected the ID of an incident, got ${JSON.stringify(id)}: "watchdog history" shows them`,
      exitCode.usage,
    )
  }
  const account = accountOf(id, await entriesOf(id))
  const path = stateDir === undefined ? account.evidencePath : evidencePath(evidenceFolder(stateDir), id)
  const reading: EvidenceReading = path === undefined ? { kind: 'absent' } : readEvidence(path)
  if (isUnknown(account) && reading.kind !== 'evidence') {
    throw new CommandError(
      `the journal has no incident ${id}: "watchdog history" shows those that it has`,
      exitCode.failed,
    )
  }
  const shown = json ? incidentJson(account, reading) : incidentText(account, reading, path)
  process.stdout.write(`${shown}\n`)
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

const isUnknown = ({ decision, followed }: Account): boolean =>
  decision === undefined && followed.length === 0

const incidentJson = (account: Account, reading: EvidenceReading): string =>
  JSON.stringify({
    ...accountJson(account),
    evidence: reading.kind === 'evidence' ? reading.evidence : null,
  })

function incidentText(account: Account, reading: EvidenceReading, path: string | undefined): string {
  const colours = coloursFor(process.stdout.isTTY && process.stdout.hasColors())
  const told = accountText(account, colours)
  switch (reading.kind) {
    case 'evidence':
      return `${told}\n\n${evidenceText(reading.evidence, colours)}`
    case 'absent':
      return path === undefined ? told : `${told}\n\n${path} is no longer kept`
    case 'unusable':
      return `${told}\n\nwhat was found before acting is in ${path}, which cannot be read: ${reading.why}`
  }
}
