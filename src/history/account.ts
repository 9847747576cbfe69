/** All that is known of one incident. Pure. */

import * as z from 'zod'
import { type DecisionRecord, decisionRecord } from './decision-record.ts'
import type { HistoryEntry } from './history-entry.ts'

export interface Account {
  readonly id: string
  /** Absent where the journal no longer reaches back so far. */
  readonly decision?: DecisionRecord
  /** What followed, in the order of the journal: outcomes, the end of the cooldown, the recovery. */
  readonly followed: readonly HistoryEntry[]
  /** The file in which evidence was kept, as the journal says. */
  readonly evidencePath?: string
}

/** `entries` are those of the incident. */
export function accountOf(id: string, entries: readonly HistoryEntry[]): Account {
  const decided = entries.find(({ record }) => decisionRecord.safeParse(record).success)
  const decision = decisionRecord.safeParse(decided?.record)
  const kept = evidenceRecord.safeParse(entries.find(({ kind }) => kind === 'evidence')?.record)
  return {
    id,
    ...(decision.success ? { decision: decision.data } : {}),
    ...(kept.success ? { evidencePath: kept.data.path } : {}),
    followed: entries.filter((entry) => entry !== decided && entry.kind !== 'evidence'),
  }
}

const evidenceRecord = z.object({ path: z.string() })

export const accountJson = ({ id, decision, followed }: Account) => ({
  id,
  decision: decision ?? null,
  followed: followed.map(({ record }) => record),
})
