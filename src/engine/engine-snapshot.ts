/** The parts of an engine as a snapshot, and back. */

import type { LiteralIndex } from '../match/literal-index.ts'
import type { Decider } from './decider.ts'
import { type CooldownState, type EngineState, restoreDecision } from './engine-state.ts'
import type { EvidenceLog } from './evidence-log.ts'
import type { Orders } from './orders.ts'
import type { RuleState } from './rule-state.ts'
import { type Cooldown, restoreSubject, saveSubject } from './subject.ts'
import type { Timeline } from './timeline.ts'
import type { Units } from './units.ts'

/** The rules that see a source. */
export interface Route {
  readonly states: readonly RuleState[]
  /** By what their rules look for. */
  readonly index: LiteralIndex<RuleState>
  /** Boots that it has shown. */
  readonly boots: Set<string>
}

/** All that an engine knows but the time. */
export interface EngineParts {
  readonly states: readonly RuleState[]
  readonly routes: ReadonlyMap<string, Route>
  readonly timeline: Timeline
  readonly evidence: EvidenceLog
  readonly orders: Orders
  readonly units: Units
  readonly decider: Decider
}

/** Texts that a snapshot keeps: enough to explain what is going on. */
const savedEvidenceBytes = 256 * 1024

export function saveParts(parts: EngineParts): Omit<EngineState, 'now' | 'present'> {
  const { decider } = parts
  const numbers = new Map<Cooldown, number>()
  const indexOf = (cooldown: Cooldown): number => {
    const number = numbers.get(cooldown) ?? numbers.size
    numbers.set(cooldown, number)
    return number
  }
  const { unfinished } = decider
  for (const cooldown of unfinished) indexOf(cooldown)
  const rules = parts.states.map((state) => state.save(indexOf))
  const subjects = parts.units.subjects().map((subject) => saveSubject(subject, indexOf))
  return {
    decisions: decider.decisions,
    timeline: parts.timeline.save(),
    evidence: parts.evidence.save(savedEvidenceBytes),
    pauses: parts.orders.save(),
    cooldowns: [...numbers.keys()].map((cooldown) => decider.save(cooldown, unfinished.has(cooldown))),
    subjects,
    observed: parts.units.observed,
    boots: [...parts.routes].map(([source, { boots }]) => ({ source, boots: [...boots] })),
    rules,
  }
}

/** Returns the rules that are as they were; any other one starts from nothing. */
export function restoreParts(parts: EngineParts, saved: EngineState): readonly RuleState[] {
  parts.timeline.restore(saved.timeline)
  parts.evidence.restore(saved.evidence)
  parts.orders.restore(saved.pauses)
  parts.units.restore(saved.observed)
  const cooldowns = saved.cooldowns.map((state) => ({ state, cooldown: restoreCooldown(state) }))
  const list = cooldowns.map(({ cooldown }) => cooldown)
  for (const state of saved.subjects) {
    restoreSubject(parts.units.subject(state.unit, state.mode), state, list)
  }
  for (const { source, boots } of saved.boots) {
    for (const boot of boots) parts.routes.get(source)?.boots.add(boot)
  }
  const known = new Map(saved.rules.map((rule) => [rule.name, rule]))
  const restored = parts.states.filter((state) => {
    const rule = known.get(state.rule.name)
    if (rule?.hash !== state.rule.hash) return false
    state.restore(rule, list)
    return true
  })
  parts.decider.restore(saved.decisions, cooldowns, ({ pending, began }) => {
    const state = restored.find(({ rule }) => rule.name === pending?.rule)
    if (state === undefined || pending === undefined) return undefined
    const key = state.find(pending.values)
    return key === undefined ? undefined : { state, key, at: began, age: undefined }
  })
  return restored
}

const restoreCooldown = ({
  decision,
  began,
  until,
  acting,
  actedUntil,
  ignored,
}: CooldownState): Cooldown => ({
  decision: restoreDecision(decision),
  began,
  until,
  acting,
  ignored,
  ...(actedUntil === undefined ? {} : { actedUntil }),
})
