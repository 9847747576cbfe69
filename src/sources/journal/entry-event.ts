/** Entries of the journal as events. Pure. */

import type { LogEvent } from '../../engine/event.ts'
import type { JournalEntry } from './entry.ts'

/** The event that `entry` is for the source of that name. */
export function entryEvent(
  source: string,
  { cursor, realtime, monotonic, boot, fields, cut }: JournalEntry,
): LogEvent {
  const message = fields.get('MESSAGE') ?? ''
  return {
    kind: 'event',
    source,
    at: realtime,
    ...(monotonic === undefined || boot === undefined ? {} : { monotonic: { boot, at: monotonic } }),
    text: typeof message === 'string' ? message : message.join('\n'),
    fields,
    position: cursor,
    ...(cut ? { cut } : {}),
  }
}
