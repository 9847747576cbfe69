/** The engine as anybody would write it who had all the time and memory in the world: lists of everything, looked through from the start. */

import type { Input } from '../../src/engine/input.ts'
import { type Rule, targetsOf } from '../../src/engine/rule.ts'

export interface ModelDecision {
  readonly rule: string
  readonly key: string
  readonly at: number
  readonly decision: string
  readonly count: number
  readonly first: number
  readonly last: number
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
    for (const rule of this.#rules) {
      if (!rule.sources.includes(input.source)) continue
      if (rule.match.kind !== 'contains' || !input.text.includes(rule.match.literal)) continue
      const name = rule.groupBy[0]
      const key = name === undefined ? '' : String(input.fields.get(name) ?? '')
      this.#count(rule, { at: input.at, key })
    }
  }

  outcome(actionNumber: number, at: number): void {
    const cooldown = this.#cooldowns.filter(({ mode }) => mode === 'enforce')[actionNumber]
    if (cooldown === undefined) throw new Error('no such action')
    cooldown.acting = false
    cooldown.until = Math.max(cooldown.until, at)
  }

  #count(rule: Rule, event: Counted): void {
    const subjects = targetsOf(rule).length > 0 ? targetsOf(rule) : [`${rule.name} ${event.key}`]
    const quiet = this.#cooldowns.some(
      (cooldown) =>
        (cooldown.mode === 'enforce' || rule.mode === 'simulate') &&
        cooldown.subjects.some((subject) => subjects.includes(subject)) &&
        (cooldown.acting || event.at < cooldown.until),
    )
    if (quiet) {
      this.ignored++
      return
    }
    const window = `${rule.name} ${event.key}`
    const before = this.#counted.get(window) ?? []
    const events = [...before, event].sort((a, b) => a.at - b.at)
    this.#counted.set(window, events)
    const end = Math.max(...events.map(({ at }) => at))
    const { count, within } = rule.condition
    const seen = (list: readonly Counted[]) => list.filter(({ at }) => at >= end - within)
    if (seen(before).length < count) this.#held.delete(window)
    if (seen(events).length < count) return

    const stopped = rule.actions.some((action) => action.kind === 'unit' && this.#stopped.has(action.unit))
    const decision = stopped ? 'stopped' : rule.mode === 'simulate' ? 'dry-run' : 'act'
    if (this.#held.get(window) === decision) return
    this.#held.set(window, decision)
    const [first] = events.slice(-count)
    if (first === undefined) throw new Error('an empty window triggered')
    this.decisions.push({
      rule: rule.name,
      key: event.key,
      at: end,
      decision,
      count,
      first: first.at,
      last: end,
    })
    if (stopped) return
    this.#cooldowns.push({
      subjects,
      mode: rule.mode,
      until: end + rule.cooldown,
      acting: decision === 'act',
    })
    // An action on a unit empties the windows of all rules that act upon it; a simulated one only those of simulated rules.
    for (const other of this.#rules) {
      const concerned = targetsOf(other).some((target) => subjects.includes(target))
      if (!concerned || (rule.mode === 'simulate' && other.mode === 'enforce')) continue
      for (const key of this.#counted.keys()) if (key.startsWith(`${other.name} `)) this.#forget(key)
    }
    this.#forget(window)
  }

  #forget(window: string): void {
    this.#counted.delete(window)
    this.#held.delete(window)
  }
}
