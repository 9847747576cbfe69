/** Entries as the events of the sources that select them. Pure. */

import type { JournalSpec } from '../../config/ruleset.ts'
import type { LogEvent } from '../../engine/event.ts'
import type { SourceNotice } from '../source.ts'
import type { JournalEntry } from './entry.ts'
import { valueLimitBytes } from './entry-draft.ts'
import { entryEvent } from './entry-event.ts'
import { selector, type UnitsOf } from './selection.ts'

export interface Routed {
  readonly events: readonly LogEvent[]
  readonly notices: readonly SourceNotice[]
}

/** Gives every entry to each of `specs` that selects it. */
export const router = (
  specs: readonly JournalSpec[],
  of: UnitsOf,
): ((entries: readonly JournalEntry[]) => Routed) => {
  const selectors = specs.map((spec) => ({ name: spec.name, selects: selector(spec, of) }))
  return (entries) => {
    const events: LogEvent[] = []
    const notices: SourceNotice[] = []
    for (const entry of entries) {
      const sources = selectors.filter(({ selects }) => selects(entry.fields)).map(({ name }) => name)
      for (const source of sources) events.push(entryEvent(source, entry))
      if (entry.cut) notices.push(cutNotice(sources, entry))
    }
    return { events, notices }
  }
}

const cutNotice = (sources: readonly string[], { cursor, realtime }: JournalEntry): SourceNotice => ({
  sources,
  at: realtime,
  kind: 'damaged',
  message: `an entry has a value of more than ${valueLimitBytes} bytes, or too many: cut (journalctl --cursor='${cursor}' -n 1)`,
})
