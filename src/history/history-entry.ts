/** The watchdog's own entries of the journal, read back. Pure. What they say is believed only of those whom the selection trusts. */

import * as z from 'zod'
import type { Fields } from '../match/matchable.ts'
import { journalFields, type MessageKind, messageKind } from '../report/journal-messages.ts'

export interface HistoryEntry {
  readonly kind: MessageKind
  /** One line for people. */
  readonly message: string
  /** Of the decision that it belongs to; absent where it belongs to none. */
  readonly incident?: string
  /** All of it, as `journal-entries.ts` made it; at least with these. */
  readonly record: HistoryRecord
}

export type HistoryRecord = z.output<typeof historyRecord>

const historyRecord = z.looseObject({ type: z.string(), time: z.string() })

/** Those of the journal's fields that are read. */
export const historyFields: ReadonlySet<string> = new Set([
  'MESSAGE',
  'MESSAGE_ID',
  journalFields.incident,
  journalFields.json,
])

/** `undefined` for an entry that is none of ours, or damaged. */
export function historyEntry(fields: Fields): HistoryEntry | undefined {
  const kind = messageKind(oneOf(fields, 'MESSAGE_ID'))
  const record = historyRecord.safeParse(parsed(oneOf(fields, journalFields.json)))
  if (kind === undefined || !record.success) return undefined
  const incident = oneOf(fields, journalFields.incident)
  return {
    kind,
    message: oneOf(fields, 'MESSAGE') ?? '',
    ...(incident === undefined ? {} : { incident }),
    record: record.data,
  }
}

const oneOf = (fields: Fields, name: string): string | undefined => {
  const value = fields.get(name)
  return typeof value === 'string' ? value : value?.[0]
}

function parsed(text = ''): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
