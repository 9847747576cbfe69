/** Entries of the journal as events. Pure. */

import type { LogEvent } from '../../engine/event.ts'
import type { FieldValue } from '../../match/matchable.ts'
import type { JournalEntry } from './entry.ts'

/** The event that `entry` is for the source of that name. */
export const entryEvent = (
  source: string,
  { cursor, realtime, monotonic, boot, fields, cut }: JournalEntry,
): LogEvent => ({
  kind: 'event',
  source,
  at: realtime,
  ...(monotonic === undefined || boot === undefined ? {} : { monotonic: { boot, at: monotonic } }),
  text: textOf(fields.get('MESSAGE')),
  fields,
  position: cursor,
  ...(cut ? { cut } : {}),
})

/** A program may log with the line end that it would have printed. */
const textOf = (message: FieldValue | undefined): string => {
  if (message === undefined) return ''
  const text = typeof message === 'string' ? message : message.join('\n')
  return text.endsWith('\n') ? text.slice(0, text.endsWith('\r\n') ? -2 : -1) : text
}
