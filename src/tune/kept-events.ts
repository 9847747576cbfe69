/**
 * What must be kept of the logs to judge a rule by any setting: its events, each made small, and what tells how time passed.
 * Pure.
 */

import type { LogEvent } from '../engine/event.ts'
import { keyValues } from '../engine/key.ts'
import type { Action, Rule } from '../engine/rule.ts'
import { actsOnUnit } from '../engine/target.ts'
import { after, type Instant, instant, microseconds, milliseconds, seconds } from '../engine/time.ts'
import { Timeline } from '../engine/timeline.ts'
import { fieldValue } from '../engine/windows/field-value.ts'
import { compileMatch, type Matcher } from '../match/compile-match.ts'
import type { Fields } from '../match/matchable.ts'

export interface Kept {
  /** They decide of `events` what the rules themselves do of the logs. */
  readonly rules: readonly Rule[]
  /** Does nothing but let the time of all other rules' events pass. */
  readonly clock: Rule
  readonly events: readonly LogEvent[]
}

/** How far realtime is from engine time. */
const skewOf = (timeline: Timeline): number => timeline.wall(instant(0))

/** By less than this a clock drifts, and is not set. */
const drift = milliseconds(1)

interface Part {
  readonly rule: Rule
  readonly sources: ReadonlySet<string>
  readonly matches: Matcher
  readonly isReset: Matcher | undefined
}

/**
 * Takes events in the order of a replay. Of rules that only count, the match has its say here, once for all settings, and
 * what is kept of an event is its time and its keys; of other rules it is the event.
 */
export class EventKeeper {
  readonly #parts: readonly Part[]
  readonly #clock: Rule
  readonly #isSmall: boolean
  readonly #events: LogEvent[] = []
  /** Of events that are kept small, by what is in them. */
  readonly #fields = new Map<string, Fields>()
  readonly #timeline = new Timeline()
  /** How far realtime is from engine time, as what was kept tells it. */
  #skew = 0
  /** Boots by source. */
  readonly #boots = new Map<string, Set<string>>()
  #previous: { readonly event: LogEvent; readonly isKept: boolean } | undefined
  /** The one of those left out that is furthest ahead. */
  #ahead: LogEvent | undefined
  /** The time of the one of all that is furthest ahead. */
  #latest: Instant | undefined

  /** `all` are the rules whose events will come, `rules` those of them that are judged. */
  constructor(rules: readonly Rule[], all: readonly Rule[]) {
    this.#clock = clockOf(rules, all)
    this.#parts = rules.map((rule) => ({
      rule,
      sources: new Set(rule.sources),
      matches: compileMatch(rule.match),
      isReset: rule.reset === undefined ? undefined : compileMatch(rule.reset),
    }))
    this.#isSmall = rules.every(
      ({ condition, reset }) => condition.kind === 'threshold' && reset === undefined,
    )
  }

  take(event: LogEvent): void {
    const isFirst = this.#events.length === 0
    this.#timeline.timeOf(event)
    const isStamp = this.#isStamp(event)
    const kept = this.#isSmall ? this.#small(event) : this.#whole(event)
    const isBehind = this.#isBehind(event)
    const isKept = kept !== undefined || isFirst || isStamp || isBehind
    // How much time has passed where the clock was set is told by the event before.
    if (isStamp && this.#previous?.isKept === false) this.#keep(bare(this.#previous.event))
    this.#previous = { event, isKept }
    if (isKept) this.#keep(kept ?? bare(event))
    else if (this.#ahead === undefined || event.at >= this.#ahead.at) this.#ahead = event
    if (isKept) this.#skew = skewOf(this.#timeline)
  }

  /** It is later than any rule waits for: with each of these an absence that is long due may be told. */
  #isBehind({ at }: LogEvent): boolean {
    const latest = this.#latest
    if (latest === undefined || at >= latest) this.#latest = at
    return !this.#isSmall && latest !== undefined && after(at, this.#clock.lateness) < latest
  }

  /** Time does not go back: what comes out of order does so behind what has let it pass. */
  #keep(event: LogEvent): void {
    if (this.#ahead !== undefined && this.#ahead.at > event.at) this.#events.push(bare(this.#ahead))
    this.#ahead = undefined
    this.#events.push(event)
  }

  /** What was kept; nothing is taken any more. */
  finish(): Kept {
    // It tells how far the time has come.
    if (this.#ahead !== undefined) this.#keep(bare(this.#ahead))
    return {
      rules: this.#isSmall
        ? this.#parts.map(({ rule }, index) => smallRule(rule, index))
        : this.#parts.map(({ rule }) => rule),
      clock: this.#clock,
      events: this.#events,
    }
  }

  /** It is the first of a boot, or the clock has been set. */
  #isStamp({ source, monotonic }: LogEvent): boolean {
    if (monotonic === undefined) return false
    const boots = this.#boots.get(source) ?? new Set()
    this.#boots.set(source, boots)
    const isNew = !boots.has(monotonic.boot)
    boots.add(monotonic.boot)
    return isNew || Math.abs(skewOf(this.#timeline) - this.#skew) >= drift
  }

  #whole(event: LogEvent): LogEvent | undefined {
    const isWanted = this.#parts.some(
      ({ sources, matches, isReset }) =>
        sources.has(event.source) && (matches(event) !== undefined || isReset?.(event) !== undefined),
    )
    return isWanted ? event : undefined
  }

  #small(event: LogEvent): LogEvent | undefined {
    const entries: (readonly [string, string])[] = []
    this.#parts.forEach(({ rule, sources, matches }, index) => {
      const captures = sources.has(event.source) ? matches(event) : undefined
      if (captures === undefined) return
      entries.push([matchName(index), yes])
      keyValues(rule.groupBy, event, captures).forEach((value, part) => {
        entries.push([keyName(index, part), value])
      })
      const { condition } = rule
      if (condition.kind !== 'threshold' || condition.distinct === undefined) return
      const value = fieldValue({ at: event.at, evidence: 0, event, captures }, condition.distinct)
      if (value !== undefined) entries.push([distinctName(index), value])
    })
    return entries.length === 0 ? undefined : { ...bare(event), fields: this.#fieldsOf(entries) }
  }

  #fieldsOf(entries: readonly (readonly [string, string])[]): Fields {
    const id = JSON.stringify(entries)
    const known = this.#fields.get(id)
    if (known !== undefined) return known
    const fields = new Map(entries)
    this.#fields.set(id, fields)
    return fields
  }
}

const nothing: Fields = new Map()

/** The time of an event. */
const bare = ({ kind, source, at, monotonic }: LogEvent): LogEvent => ({
  kind,
  source,
  at,
  ...(monotonic === undefined ? {} : { monotonic }),
  text: '',
  position: '',
  fields: nothing,
})

const yes = 'yes'
const matchName = (rule: number): string => `match ${rule}`
const keyName = (rule: number, part: number): string => `key ${rule} ${part}`
const distinctName = (rule: number): string => `distinct ${rule}`

/** It has the sources of all rules but those that are judged, and matches nothing. */
function clockOf(rules: readonly Rule[], all: readonly Rule[]): Rule {
  const judged = new Set(rules.flatMap(({ sources }) => sources))
  return {
    name: '',
    hash: '',
    sources: [...new Set(all.flatMap(({ sources }) => sources))].filter((source) => !judged.has(source)),
    match: { kind: 'any', of: [] },
    groupBy: [],
    maxKeys: 1,
    condition: { kind: 'threshold', count: 1, within: microseconds(0) },
    actions: [],
    evidence: { within: microseconds(0), commands: [] },
    units: [],
    allowCritical: [],
    cooldown: microseconds(0),
    grace: microseconds(0),
    maxAge: microseconds(0),
    lateness: microseconds(Math.max(0, ...all.map(({ lateness }) => lateness))),
    cpu: { share: 1, per: seconds(60), setAside: false },
    mode: 'enforce',
  }
}

/** The rule as it is about events that were kept small. */
function smallRule(rule: Rule, index: number): Rule {
  const { condition, groupBy } = rule
  const rename = (action: Action): Action =>
    actsOnUnit(action)
      ? {
          ...action,
          unit: action.unit.replace(
            /\{([^{}]+)\}/g,
            (_, name: string) => `{${keyName(index, groupBy.indexOf(name))}}`,
          ),
        }
      : action
  return {
    ...rule,
    match: {
      kind: 'field',
      name: matchName(index),
      test: { kind: 'equals', anyOf: [yes], ignoreCase: false },
    },
    groupBy: groupBy.map((_, part) => keyName(index, part)),
    condition:
      condition.kind === 'threshold' && condition.distinct !== undefined
        ? { ...condition, distinct: distinctName(index) }
        : condition,
    actions: rule.actions.map(rename),
  }
}
