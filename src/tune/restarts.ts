/** Restarts that the journal itself tells of: somebody had to do what the rule should have done before. Pure. */

import type { JournalSpec, Ruleset } from '../config/ruleset.ts'
import type { Rule } from '../engine/rule.ts'
import { knownUnits } from '../engine/target.ts'
import { type Duration, type Instant, instant, seconds } from '../engine/time.ts'
import type { MatchSpec } from '../match/match-spec.ts'
import { isoTime } from '../report/time-text.ts'
import type { Incident } from '../report/tuning.ts'

/** No rule file can name a source so. */
export const restartSource = 'restarts of its units'

/** Lines of one restart come within this. */
const oneRestart = seconds(60)

const field = (name: string, value: string): MatchSpec => ({
  kind: 'field',
  name,
  test: { kind: 'equals', anyOf: [value], ignoreCase: false },
})

/** What PID 1 says when a job stops a unit to start it again: "Stopping …", "Stopped …". */
const match: MatchSpec = {
  kind: 'all',
  of: [
    { kind: 'contains', literal: 'Stopp', ignoreCase: false },
    field('_PID', '1'),
    field('JOB_TYPE', 'restart'),
  ],
}

/** `ruleset` with a source of the restarts of the units of `rule`; absent where the journal cannot tell of them. */
export function withRestarts(ruleset: Ruleset, rule: Rule): Ruleset | undefined {
  const units = knownUnits(rule)
  const journal = rule.sources
    .map((name) => ruleset.sources.get(name))
    .find((spec) => spec?.kind === 'journal')
  if (journal?.kind !== 'journal' || units.length === 0) return undefined
  const source: JournalSpec = {
    kind: 'journal',
    name: restartSource,
    units,
    identifiers: [],
    fields: new Map(),
    ...(journal.from === undefined ? {} : { from: journal.from }),
  }
  return {
    ...ruleset,
    sources: new Map([...ruleset.sources, [restartSource, source]]),
    rules: [...ruleset.rules, { ...rule, name: restartSource, sources: [restartSource], match }],
  }
}

/** Whether an event of the restarts' source is one; others of the source may come along. */
export const restartMatch: MatchSpec = match

/** The time before each restart, up to `before` long, in which the rule should have acted; `times` are in order. */
export function incidentsBefore(times: readonly Instant[], before: Duration): readonly Incident[] {
  const restarts = times.filter((at, index) => index === 0 || at - (times[index - 1] ?? at) > oneRestart)
  return restarts.map((at, index) => ({
    name: `restart at ${isoTime(at)}`,
    from: instant(Math.max(at - before, (restarts[index - 1] ?? Number.NEGATIVE_INFINITY) + oneRestart)),
    until: at,
    reference: at,
  }))
}
