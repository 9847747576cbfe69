/** Judges the settings of a rule by recorded logs, which are read once. */

import type { Rule } from '../engine/rule.ts'
import type { Duration, Instant } from '../engine/time.ts'
import { compileMatch } from '../match/compile-match.ts'
import type { Incident, Sweep, Trial, Tuning } from '../report/tuning.ts'
import type { Batch, SourceNotice } from '../sources/source.ts'
import { EventKeeper, type Kept } from './kept-events.ts'
import { relatedRules } from './related-rules.ts'
import { incidentsBefore, RestartLog, restartSource } from './restarts.ts'
import { scoreOf } from './score.ts'
import { limitKind, settingOf, settingsOf } from './setting.ts'
import { suggest } from './suggestion.ts'
import { tryAll } from './trials.ts'

export interface TuneOptions {
  /** Of the rule file. */
  readonly rules: readonly Rule[]
  readonly rule: Rule
  readonly sweep: Sweep
  /** Absent: restarts that the journal tells of are taken, if there are any. */
  readonly incidents?: readonly Incident[] | undefined
  /** An action so long before an incident of the list is taken to be of it. */
  readonly lead: Duration
  /** A rule should have acted in this long before a restart. */
  readonly beforeRestart: Duration
  readonly notice: (notice: SourceNotice) => void
  /** Told after each setting. */
  readonly onTrial?: (done: number) => void
}

export async function tune(batches: AsyncIterable<Batch>, options: TuneOptions): Promise<Tuning> {
  const { rules, rule, sweep, lead, beforeRestart } = options
  const { kept, restarts, first, last } = await read(batches, options)
  const settings = settingsOf(sweep)
  const actions = await tryAll(kept, rule.name, settings, options.onTrial)
  const all = options.incidents ?? incidentsBefore(restarts, beforeRestart)
  const incidents = all.filter(
    ({ from, until }) => first !== undefined && last !== undefined && until >= first && from <= last,
  )
  const allowed = options.incidents === undefined ? undefined : lead
  const trials = settings.map((setting, index): Trial => {
    const taken = actions[index] ?? []
    const score = incidents.length === 0 ? {} : { score: scoreOf(taken, incidents, allowed) }
    return { setting, actions: taken, ...score }
  })
  const own = settingOf(rule)
  const present = trials.find(
    ({ setting }) =>
      setting.limit === own.limit && setting.within === own.within && setting.cooldown === own.cooldown,
  )
  if (present === undefined) throw new Error(`the present setting of ${rule.name} was not tried`)
  const found = {
    rule: rule.name,
    limit: limitKind(rule),
    sweep,
    trials,
    present,
    incidents,
    incidentsFrom:
      options.incidents !== undefined
        ? ('file' as const)
        : restarts.length > 0
          ? ('journal' as const)
          : ('nowhere' as const),
    outside: all.length - incidents.length,
    matched: matchedIn(kept, rule.name),
    related: relatedRules(rules, rule).flatMap(({ name }) => (name === rule.name ? [] : [name])),
    first,
    last,
  }
  return { ...found, suggestion: suggest(found) }
}

async function read(batches: AsyncIterable<Batch>, { rules, rule, notice }: TuneOptions) {
  const keeper = new EventKeeper(relatedRules(rules, rule), rules)
  const restarts = new RestartLog()
  let first: Instant | undefined
  let last: Instant | undefined
  for await (const { events, notices } of batches) {
    for (const one of notices) notice(one)
    for (const event of events) {
      if (event.source === restartSource) {
        restarts.take(event)
        continue
      }
      if (first === undefined || event.at < first) first = event.at
      if (last === undefined || event.at > last) last = event.at
      keeper.take(event)
    }
  }
  return { kept: keeper.finish(), restarts: restarts.times, first, last }
}

function matchedIn({ rules, events }: Kept, name: string): number {
  const rule = rules.find((one) => one.name === name)
  if (rule === undefined) return 0
  const matches = compileMatch(rule.match)
  return events.filter((event) => rule.sources.includes(event.source) && matches(event) !== undefined).length
}
