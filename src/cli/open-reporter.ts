/** Whom a run tells what happens: the log, and the journal where there is one. */

import type { Logger } from 'pino'
import { openJournalWriter } from '../platform/journal/journal-writer.ts'
import { JournalReporter } from '../report/journal-reporter.ts'
import { LogReporter } from '../report/log-reporter.ts'

export interface ReporterOptions {
  readonly log: Logger
  /** The log's lines end up in the journal as messages. */
  readonly isJournal: boolean
}

export interface OpenReporter {
  readonly reporter: LogReporter
  /** Resolves when what was reported is written, or cannot be. */
  close(): Promise<void>
}

/** Where there is no journald the log is told alone. */
export async function openReporter({ log, isJournal }: ReporterOptions): Promise<OpenReporter> {
  const journal = await openJournalWriter({
    lost: (fields, why) => {
      const message = new Map(fields).get('MESSAGE') ?? ''
      log.warn({ type: 'journal', kind: 'lost' }, `not in the journal, because of ${why}: ${message}`)
    },
  })
  if (journal === undefined) return { reporter: new LogReporter(log), close: async () => undefined }
  const reporter = new JournalReporter({
    log,
    write: (entry) => journal.write(entry),
    instead: isJournal,
  })
  return { reporter, close: () => journal.close() }
}
