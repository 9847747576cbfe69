/** The history as people read it: a line for each entry. Pure. */

import type { Colours } from '../report/colours.ts'
import type { MessageKind } from '../report/journal-messages.ts'
import { printable } from '../report/printable.ts'
import type { HistoryEntry } from './history-entry.ts'

/** One line: the time, the incident, what happened. */
export function historyLine(
  { kind, message, incident = '-', record }: HistoryEntry,
  colours: Colours,
): string {
  const colour = colours[colourOf[kind]]
  return `${printable(record.time, 40)}  ${colours.dim(printable(incident, 40).padEnd(idWidth))}  ${colour(printable(message, 2_000))}`
}

const idWidth = 13

const colourOf = {
  decision: 'yellow',
  'gave-up': 'red',
  outcome: 'bold',
  cooldown: 'dim',
  recovered: 'green',
  'not-recovered': 'red',
  deaf: 'yellow',
  gap: 'yellow',
  evidence: 'dim',
  reload: 'cyan',
  order: 'cyan',
} as const satisfies Record<MessageKind, keyof Colours>
