/** The engine as anybody would write it who had all the time and memory in the world: lists of everything, looked through from the start. */

import type { Input } from '../../src/engine/input.ts'
import type { Rule } from '../../src/engine/rule.ts'
import { knownUnits } from '../../src/engine/target.ts'

export interface ModelDecision {
  readonly rule: string
  readonly key: string
  readonly at: number
  readonly decision: string
  readonly count: number
  readonly first: number | undefined
  readonly last: number | undefined
}

interface Counted {
  readonly at: number
  readonly key: string
}

interface ModelCooldown {
  readonly subjects: readonly string[]
  readonly mode: Rule['mode']
  until: number
  acting: boolean
}

/** Rules must match by a `contains` and group by one field at most. */
export class ThresholdModel {
  readonly decisions: ModelDecision[] = []
  ignored = 0
  readonly #rules: readonly Rule[]
  /** Events of each rule and key since the last action that concerns it. */
  readonly #counted = new Map<string, Counted[]>()
  readonly #cooldowns: ModelCooldown[] = []
  readonly #stopped = new Set<string>()
  readonly #held = new Map<string, string>()
  /** Time of the latest matching event of each rule. */
  readonly #latest = new Map<string, number>()
  /** What was acted upon by the event in hand. */
  readonly #emptied: { readonly subjects: readonly string[]; readonly mode: Rule['mode'] }[] = []

  constructor(rules: readonly Rule[]) {
    this.#rules = rules
  }

  /** `decisionNumber` of an outcome counts the decisions to act from 0. */
  handle(input: Exclude<Input, { kind: 'outcome' }>): void {
    if (input.kind === 'unit') {
      if (input.stopped) this.#stopped.add(input.unit)
      else this.#stopped.delete(input.unit)
    }
    if (input.kind !== 'event') return
    const counted: (() => void)[] = []
    for (const rule of this.#rules) {
      if (!rule.sources.includes(input.source)) continue
      if (rule.match.kind !== 'contains' || !input.text.includes(rule.match.literal)) continue
      const latest = this.#latest.get(rule.name) ?? 0
      if (input.at + rule.lateness < latest) continue
      this.#latest.set(rule.name, Math.max(latest, input.at))
      const name = rule.groupBy[0]
      const key = name === undefined ? '' : String(input.fields.get(name) ?? '')
      const event = { at: input.at, key }
      if (this.#count(rule, event)) counted.push(() => this.#decide(rule, event))
    }
    // Every rule has seen the event before anything is decided.
    for (const decide of counted) decide()
    for (const { subjects, mode } of this.#emptied.splice(0)) this.#empty(subjects, mode)
  }

  outcome(actionNumber: number, at: number): void {
    const cooldown = this.#cooldowns.filter(({ mode }) => mode === 'enforce')[actionNumber]
    if (cooldown === undefined) throw new Error('no such action')
    cooldown.acting = false
    cooldown.until = Math.max(cooldown.until, at)
  }

  /** Whether the condition is true with the event. */
  #count(rule: Rule, event: Counted): boolean {
    const subjects = subjectsOf(rule, event)
    if (this.#isQuiet(rule, subjects, event.at)) {
      this.ignored++
      return false
    }
    const window = `${rule.name} ${event.key}`
    const before = this.#counted.get(window) ?? []
    const events = [...before, event].sort((a, b) => a.at - b.at)
    this.#counted.set(window, events)
    // Seen from the time of the event: whatever came before may have left the span.
    const now = Math.max(...events.map(({ at }) => at))
    if (latestRun(rule, before, now) === undefined) this.#held.delete(window)
    return latestRun(rule, events, now) !== undefined
  }

  #isQuiet(rule: Rule, subjects: readonly string[], at: number): boolean {
    return this.#cooldowns.some(
      (cooldown) =>
        (cooldown.mode === 'enforce' || rule.mode === 'simulate') &&
        cooldown.subjects.some((subject) => subjects.includes(subject)) &&
        (cooldown.acting || at < cooldown.until),
    )
  }

  #decide(rule: Rule, event: Counted): void {
    const subjects = subjectsOf(rule, event)
    const window = `${rule.name} ${event.key}`
    const events = this.#counted.get(window) ?? []
    const run = latestRun(rule, events, Math.max(...events.map(({ at }) => at)))
    if (run === undefined) throw new Error('nothing to decide')
    const { first, last } = run
    const at = Math.max(last, event.at)
    const stopped = rule.actions.some((action) => action.kind === 'unit' && this.#stopped.has(action.unit))
    const decision = stopped
      ? 'stopped'
      : this.#isQuiet(rule, subjects, at)
        ? 'cooldown'
        : rule.mode === 'simulate'
          ? 'dry-run'
          : 'act'
    if (this.#held.get(window) === decision) return
    this.#held.set(window, decision)
    this.decisions.push({
      rule: rule.name,
      key: event.key,
      at,
      decision,
      count: conditionOf(rule).count,
      first,
      last,
    })
    if (decision === 'stopped' || decision === 'cooldown') return
    this.#cooldowns.push({
      subjects,
      mode: rule.mode,
      until: at + rule.cooldown,
      acting: decision === 'act',
    })
    this.#emptied.push({ subjects, mode: rule.mode })
  }

  /** An action on a unit empties the windows of all rules that act upon it; a simulated one only those of simulated rules. */
  #empty(subjects: readonly string[], mode: Rule['mode']): void {
    for (const rule of this.#rules) {
      if (mode === 'simulate' && rule.mode === 'enforce') continue
      for (const window of [...this.#counted.keys()]) {
        const [name, key = ''] = window.split(' ')
        if (name !== rule.name) continue
        if (subjectsOf(rule, { at: 0, key }).some((subject) => subjects.includes(subject)))
          this.#forget(window)
      }
    }
  }

  #forget(window: string): void {
    this.#counted.delete(window)
    this.#held.delete(window)
  }
}

const subjectsOf = (rule: Rule, { key }: Counted): readonly string[] => {
  const units = knownUnits(rule)
  return units.length > 0 ? units : [`${rule.name} ${key}`]
}

function conditionOf({ condition }: Rule) {
  if (condition.kind !== 'threshold') throw new Error(`no model of ${condition.kind}`)
  return condition
}

/**
 * The latest `count` events in a row that lie within `within`, if any such run can be seen from `now`: until its span has
 * passed or, since its last event may be one that came late, for as long after that as events may be late.
 */
function latestRun(rule: Rule, sorted: readonly Counted[], now: number) {
  const { count, within } = conditionOf(rule)
  const runs = sorted.flatMap(({ at: first }, index) => {
    const last = sorted[index + count - 1]?.at
    return last === undefined || last - first > within ? [] : [{ first, last }]
  })
  const reach = Math.min(rule.lateness, within)
  const isSeen = runs.some(({ first, last }) => Math.max(first + within, last + reach) >= now)
  return isSeen ? runs.at(-1) : undefined
}
