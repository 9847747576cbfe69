/**
 * The actions of rules that only count, without an engine for each setting: what the engine's windows and policy come to when
 * events are in order and nothing but counts, cooldowns and budgets has a say. Pure.
 */

import type { LogEvent } from '../engine/event.ts'
import { keyId, keyValues } from '../engine/key.ts'
import type { Rule } from '../engine/rule.ts'
import { cooldownOf, exceeds, newSubject, recordAction } from '../engine/subject.ts'
import { actsOnUnit, isTemplate, resolveActions } from '../engine/target.ts'
import { type Instant, instant } from '../engine/time.ts'
import { Timeline } from '../engine/timeline.ts'
import type { Threshold } from '../engine/windows/conditions.ts'
import { distinctValue } from '../engine/windows/distinct-window.ts'
import type { Sample } from '../engine/windows/window.ts'
import { compileMatch } from '../match/compile-match.ts'
import type { Kept } from './kept-events.ts'
import { fillEnds, type Run } from './run-ends.ts'

type CountingRule = Rule & { readonly condition: Threshold }

/** Events of which one action makes all windows start again: those about the same units, or of the same key. */
interface Group {
  /** Engine times, in order. */
  readonly times: Instant[]
  /** Their place among all events. */
  readonly places: number[]
  /** For each rule the events that count together. */
  readonly runs: readonly Run[][]
  /** For each rule, and each place, where the earliest run ends that begins there or later. */
  readonly ends: (Int32Array | undefined)[]
  /** The condition by which the ends of the rule that is tuned were found. */
  endsFor: string
}

/** When `rule`, one of the rules with another setting, would have acted. */
export type ActionsOf = (rule: Rule) => readonly Instant[]

/** Absent where the engine itself must be asked. `name` is that of the rule whose settings are tried. */
export function countedRuns({ rules, events }: Kept, name: string): ActionsOf | undefined {
  const counting = rules.filter(isCounting)
  const tuned = counting.findIndex((rule) => rule.name === name)
  if (counting.length !== rules.length || !isSharedWhole(rules)) return undefined
  const groups = groupsOf(counting, events)
  if (groups === undefined) return undefined
  return (rule) => {
    if (!isCounting(rule)) throw new Error('a rule that counts has become another one')
    const tried = counting.map((other, index) => (index === tuned ? rule : other))
    const places = groups.flatMap((group) => actionsIn(group, tried, tuned))
    if (groups.length > 1) places.sort((one, other) => one - other)
    return places.flatMap((place) => events[place]?.at ?? [])
  }
}

/** Nothing that is told by other events, or by silence, decides whether the rule acts. */
function isCounting(rule: Rule): rule is CountingRule {
  const { condition, reset, clear, budget, verify } = rule
  if (condition.kind !== 'threshold') return false
  if (reset !== undefined || clear !== undefined) return false
  return budget === undefined || (budget.halfOpen === undefined && verify === undefined)
}

/** One rule alone, or several that all act upon the same units, whatever the key. */
function isSharedWhole(rules: readonly Rule[]): boolean {
  if (rules.length === 1) return true
  const targets = rules.map((rule) => [...new Set(unitsOf(rule))].sort().join(' '))
  return (
    new Set(targets).size === 1 &&
    rules.every((rule) => rule.mode === 'enforce' && !unitsOf(rule).some(isTemplate)) &&
    // What one rule verifies may take back that another one gave up.
    !(rules.some(({ verify }) => verify !== undefined) && rules.some(({ budget }) => budget !== undefined))
  )
}

const unitsOf = ({ actions }: Rule): readonly string[] => actions.filter(actsOnUnit).map(({ unit }) => unit)

/** Absent where events are out of order, or keys would have to be let go, or share some of their units only. */
function groupsOf(rules: readonly CountingRule[], events: readonly LogEvent[]): readonly Group[] | undefined {
  const matchers = rules.map(({ match }) => compileMatch(match))
  const timeline = new Timeline()
  const boots = new Map<string, Set<string>>()
  const groups = new Map<string, Group>()
  const owners = new Map<string, string>()
  const keys = rules.map(() => new Map<string, Key>())
  const runs = new Map<string, Run>()
  const values = rules.map(() => new Map<string, number>())
  const epochs = rules.map(() => 0)
  let latest = Number.NEGATIVE_INFINITY

  for (const [place, event] of events.entries()) {
    const at = timeline.timeOf(event)
    if (isNewBoot(event, boots))
      rules.forEach(({ sources }, index) => {
        if (sources.includes(event.source)) epochs[index] = (epochs[index] ?? 0) + 1
      })
    let taken: Group | undefined
    for (const [index, rule] of rules.entries()) {
      const captures = rule.sources.includes(event.source) ? matchers[index]?.(event) : undefined
      if (captures === undefined) continue
      if (at < latest) return undefined
      latest = at
      const parts = keyValues(rule.groupBy, event, captures)
      const id = keyId(parts)
      const known = keys[index]?.get(id)
      const key = known ?? keyOf(rule, parts)
      if (known === undefined) {
        keys[index]?.set(id, key)
        if ((keys[index]?.size ?? 0) > rule.maxKeys) return undefined
        for (const unit of key.units) {
          const owner = owners.get(unit) ?? key.group
          if (owner !== key.group) return undefined
          owners.set(unit, owner)
        }
      }
      if (!key.isAllowed) continue
      const group = groups.get(key.group) ?? newGroup(rules)
      groups.set(key.group, group)
      if (taken !== group) {
        group.times.push(at)
        group.places.push(place)
        taken = group
      }
      const { distinct } = rule.condition
      const value =
        distinct === undefined
          ? place
          : countedValue({ at, evidence: 0, event, captures }, distinct, values[index])
      if (value === undefined) continue
      const runId = `${index} ${epochs[index]} ${id}`
      let run = runs.get(runId)
      if (run === undefined) {
        run = { places: [], values: [] }
        runs.set(runId, run)
        group.runs[index]?.push(run)
      }
      run.places.push(group.times.length - 1)
      if (distinct !== undefined) run.values.push(value)
    }
  }
  return [...groups.values()]
}

/** A number for each value of the field; none where the event does not bear it. */
function countedValue(sample: Sample, field: string, known = new Map<string, number>()): number | undefined {
  const text = distinctValue(sample, field)
  if (text === undefined) return undefined
  const value = known.get(text) ?? known.size
  known.set(text, value)
  return value
}

interface Key {
  readonly group: string
  readonly units: readonly string[]
  readonly isAllowed: boolean
}

function keyOf(rule: Rule, values: readonly string[]): Key {
  const { targets, allowed } = resolveActions(rule, values)
  const isOwn = targets.length === 0
  return {
    group: isOwn ? `key ${keyId(values)}` : [...targets].sort().join(' '),
    units: targets,
    isAllowed: allowed,
  }
}

const newGroup = (rules: readonly Rule[]): Group => ({
  times: [],
  places: [],
  runs: rules.map(() => []),
  ends: rules.map(() => undefined),
  endsFor: '',
})

function isNewBoot({ source, monotonic }: LogEvent, boots: Map<string, Set<string>>): boolean {
  if (monotonic === undefined) return false
  const known = boots.get(source)
  if (known === undefined) {
    boots.set(source, new Set([monotonic.boot]))
    return false
  }
  if (known.has(monotonic.boot)) return false
  known.add(monotonic.boot)
  return true
}

/** Places among all events at which the rule `tuned` acts. */
function actionsIn(group: Group, rules: readonly CountingRule[], tuned: number): readonly number[] {
  const { times } = group
  const found: number[] = []
  const subject = newSubject('', 'enforce')
  const ends = endsIn(group, rules, tuned)
  for (let from = 0; from < times.length; ) {
    // Of rules that come true by the same event the first one acts.
    let acting = -1
    let end = times.length
    for (const [index, of] of ends.entries()) {
      const place = of[from] ?? end
      if (place >= end) continue
      acting = index
      end = place
    }
    const rule = rules[acting]
    if (rule === undefined) return found
    const at = times[end] ?? instant(0)
    // Given up; only what is not counted here could take that back.
    if (rule.budget !== undefined && exceeds(subject, rule.budget, at)) return found
    if (acting === tuned) found.push(group.places[end] ?? 0)
    const until = at + cooldownOf(subject, rule, at)
    recordAction(subject, at)
    from = firstFrom(times, until, end + 1)
  }
  return found
}

/** Those of other rules are found once, those of the tuned one once for a condition. */
function endsIn(group: Group, rules: readonly CountingRule[], tuned: number): readonly Int32Array[] {
  return rules.map(({ condition }, index) => {
    const id = index === tuned ? `${condition.count} ${condition.within}` : group.endsFor
    const known = group.ends[index]
    if (known !== undefined && id === group.endsFor) return known
    const ends = known ?? new Int32Array(group.times.length)
    fillEnds(ends, group.times, group.runs[index] ?? [], condition)
    group.ends[index] = ends
    if (index === tuned) group.endsFor = id
    return ends
  })
}

/** The first place at `from` or behind it whose time is `time` or later. */
function firstFrom(times: readonly Instant[], time: number, from: number): number {
  let low = from
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] ?? 0) < time) low = middle + 1
    else high = middle
  }
  return low
}
