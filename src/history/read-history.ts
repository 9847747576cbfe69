/** Reads the history of incidents from the journal. */

import { readFileSync } from 'node:fs'
import { failureOf } from '../sources/journal/failure.ts'
import { Journalctl } from '../sources/journal/journalctl.ts'
import { SourceError } from '../sources/source.ts'
import { type HistoryEntry, historyEntry, historyFields } from './history-entry.ts'
import { type HistorySelection, historyArguments } from './history-selection.ts'

const program = 'journalctl'

/** In the order of the journal. Throws a `SourceError` where it cannot be read. */
export async function* readHistory(selection: HistorySelection): AsyncGenerator<HistoryEntry> {
  const journalctl = new Journalctl({ program, extraArgs: [], unitsOf: 'system' })
  const reading = journalctl.read(historyArguments(selection, trustedUsers()), historyFields)
  let isEmpty = true
  try {
    for await (const { entries } of reading.parts) {
      for (const { fields } of entries) {
        const entry = historyEntry(fields)
        if (entry === undefined) continue
        isEmpty = false
        yield entry
      }
    }
    const failure = failureOf(await reading.ended, program, 'system')
    if (failure !== undefined) throw new SourceError(failure.message)
  } finally {
    await reading.stop()
  }
  if (!isEmpty) return
  // Nothing may mean that we are not shown anything, which is told when it is asked for aloud.
  const sight = await journalctl.look(new AbortController().signal)
  if (sight.kind === 'unreadable') throw new SourceError(sight.message)
}

/** root, we ourselves, and the user that the watchdog runs as when it was installed. */
function trustedUsers(): readonly number[] {
  const installed = /^unit-watchdog:[^:]*:(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'))?.[1]
  const users = [0, process.getuid?.() ?? 0, ...(installed === undefined ? [] : [Number(installed)])]
  return [...new Set(users)]
}
