/** Sources by the journal that they read. Pure. */

import type { JournalSpec } from '../../config/ruleset.ts'

export interface JournalGroup {
  /** Arguments of journalctl(1) that name the journal; none for that of the system. */
  readonly from: readonly string[]
  readonly specs: readonly JournalSpec[]
}

/** One group for each journal: its sources share a reader. */
export function byJournal(specs: readonly JournalSpec[]): readonly JournalGroup[] {
  const groups = new Map<string, { from: readonly string[]; specs: JournalSpec[] }>()
  for (const spec of specs) {
    const { from = [] } = spec
    const place = from.join('\n')
    const group = groups.get(place)
    if (group === undefined) groups.set(place, { from, specs: [spec] })
    else group.specs.push(spec)
  }
  return [...groups.values()]
}
