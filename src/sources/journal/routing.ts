/** Entries as the events of the sources that select them. Pure. */

import type { JournalSpec } from '../../config/ruleset.ts'
import type { LogEvent } from '../../engine/event.ts'
import { messageKind } from '../../report/journal-messages.ts'
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
  const selectors = specs.map((spec) => {
    const selects = selector(spec, of)
    const wantsOwn = spec.fields.has('MESSAGE_ID')
    return {
      name: spec.name,
      selects: (entry: JournalEntry) => (wantsOwn || !isOwn(entry)) && selects(entry.fields),
    }
  })
  return (entries) => {
    const events: LogEvent[] = []
    const notices: SourceNotice[] = []
    for (const entry of entries) {
      const sources = selectors.filter(({ selects }) => selects(entry)).map(({ name }) => name)
      for (const source of sources) events.push(entryEvent(source, entry))
      if (entry.cut) notices.push(cutNotice(sources, entry))
      if (sources.length > 0 && isSuppression(entry)) notices.push(suppressedNotice(sources, entry))
    }
    return { events, notices }
  }
}

/**
 * What a watchdog says of an incident quotes the line that led to it, and must not count as another such line. It is an
 * event only of sources that ask for it by its MESSAGE_ID.
 */
const isOwn = ({ fields }: JournalEntry): boolean => {
  const id = fields.get('MESSAGE_ID')
  return typeof id === 'string' && messageKind(id) !== undefined
}

/** journald has dropped messages of a service that logged too many (RateLimitBurst=); see systemd/sd-messages.h. */
const suppressed = 'a596d6fe7bfa4994828e72309e95d61e'

/** What journald itself says, and nobody who only claims to be it. */
export const isSuppression = ({ fields }: JournalEntry): boolean =>
  fields.get('MESSAGE_ID') === suppressed &&
  fields.get('_UID') === '0' &&
  fields.get('_SYSTEMD_UNIT') === 'systemd-journald.service'

/** Fields by which a suppression is known. */
export const suppressionFields: readonly string[] = ['MESSAGE_ID', '_UID', '_SYSTEMD_UNIT']

const suppressedNotice = (sources: readonly string[], { realtime, fields }: JournalEntry): SourceNotice => ({
  sources,
  at: realtime,
  kind: 'gap',
  message: `journald dropped messages: ${String(fields.get('MESSAGE')).slice(0, 200)} (see RateLimitBurst= in journald.conf(5))`,
})

const cutNotice = (sources: readonly string[], { cursor, realtime }: JournalEntry): SourceNotice => ({
  sources,
  at: realtime,
  kind: 'damaged',
  message: `an entry has a value of more than ${valueLimitBytes} bytes, or too many: cut (journalctl --cursor='${cursor}' -n 1)`,
})
