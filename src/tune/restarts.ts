/** Restarts that the journal itself tells of: somebody had to do what the rule should have done before. Pure. */

import type { JournalSpec, Ruleset } from '../config/ruleset.ts'
import type { LogEvent } from '../engine/event.ts'
import type { Rule } from '../engine/rule.ts'
import { knownUnits } from '../engine/target.ts'
import { type Duration, type Instant, instant, seconds } from '../engine/time.ts'
import { compileMatch } from '../match/compile-match.ts'
import type { MatchSpec } from '../match/match-spec.ts'
import { isoTime } from '../report/time-text.ts'
import type { Incident } from '../report/tuning.ts'

/** No rule file can name a source so. */
export const restartSource = 'restarts of its units'

/** What is restarted again within this is restarted once. */
const oneRestart = seconds(60)

const field = (name: string, value: string): MatchSpec => ({
  kind: 'field',
  name,
  test: { kind: 'equals', anyOf: [value], ignoreCase: false },
})

const text = (literal: string): MatchSpec => ({ kind: 'contains', literal, ignoreCase: false })

/** What PID 1 says when a job has stopped a unit to start it again. */
const stopped: MatchSpec = {
  kind: 'all',
  of: [text('Stopped '), field('JOB_TYPE', 'restart'), field('_PID', '1')],
}

/** What it says before it does so by itself, as Restart= tells it to. */
const scheduled: MatchSpec = { kind: 'all', of: [text('Scheduled restart job'), field('_PID', '1')] }

/** It then stops the unit at once. */
const byItself = seconds(1)

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
    rules: [...ruleset.rules, { ...rule, name: restartSource, sources: [restartSource], match: either }],
  }
}

const either: MatchSpec = { kind: 'any', of: [stopped, scheduled] }

/** Picks out of the events of the restarts' source what somebody did: neither systemd by itself, nor a mere stop. */
export class RestartLog {
  readonly #isStopped = compileMatch(stopped)
  readonly #isScheduled = compileMatch(scheduled)
  /** By unit, when systemd was about to restart it by itself. */
  readonly #scheduled = new Map<string, Instant>()
  readonly #times: Instant[] = []

  take(event: LogEvent): void {
    const unit = String(event.fields.get('UNIT'))
    if (this.#isScheduled(event) !== undefined) this.#scheduled.set(unit, event.at)
    if (this.#isStopped(event) === undefined) return
    const at = this.#scheduled.get(unit)
    this.#scheduled.delete(unit)
    if (at === undefined || event.at - at > byItself) this.#times.push(event.at)
  }

  /** In order. */
  get times(): readonly Instant[] {
    return [...this.#times].sort((one, other) => one - other)
  }
}

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
