/** The last line of `replay --json`. */

import { cooldownJson } from './decision-json.ts'
import type { ReplaySummary } from './replay-text.ts'
import { isoTime } from './time-text.ts'

/** With `profiled`, also the time that each rule took, in µs. */
export const summaryJson = ({ events, first, last, status }: ReplaySummary, profiled: boolean) => ({
  type: 'summary',
  events,
  first: first === undefined ? null : isoTime(first),
  last: last === undefined ? null : isoTime(last),
  acted: sum(status.rules.map(({ acted }) => acted)),
  held: sum(status.rules.map(({ held }) => held)),
  ignored: sum(status.rules.map(({ ignored }) => ignored)),
  rules: status.rules.map(({ spent, setAside: _, ...counts }) =>
    profiled ? { ...counts, spentMicroseconds: Math.round(spent) } : counts,
  ),
  openCooldowns: status.cooldowns.map((cooldown) => cooldownJson(cooldown, false)),
})

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)
