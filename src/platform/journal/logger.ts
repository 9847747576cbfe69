/** Entries through `logger --journald`: a process for each, where nothing quicker is at hand. */

import { runCommand } from '../run-command.ts'
import { entryText, type JournalFields } from './entry-bytes.ts'
import type { Written } from './written.ts'

const timeoutMs = 5_000

export async function sendByLogger(fields: JournalFields): Promise<Written> {
  const end = await runCommand({
    argv: ['logger', '--journald'],
    environment: new Map([['PATH', process.env['PATH'] ?? '/usr/bin:/bin']]),
    input: entryText(fields),
    timeoutMs,
    graceMs: 0,
    signal: never,
  })
  switch (end.kind) {
    case 'exited':
      return end.status === 0
        ? { kind: 'written' }
        : { kind: 'later', why: `logger exited with ${end.status}` }
    case 'killed':
    case 'timed-out':
    case 'left':
      return { kind: 'later', why: 'logger did not end' }
    case 'not-started':
      return { kind: 'impossible', why: `logger cannot be started: ${end.code}` }
  }
}

const never = new AbortController().signal
