/** Which decisions of one rule file another one takes as well, takes otherwise, or does not take. Pure. */

import type { Decision } from '../engine/decision.ts'
import type { Rule } from '../engine/rule.ts'
import { span } from '../engine/time.ts'
import { spanOf } from '../engine/windows/condition-span.ts'
import type { Comparison, DecisionChange } from '../report/decision-change.ts'
import { actionWords, decisionWord } from '../report/decision-words.ts'
import type { Pair } from './side-by-side.ts'

/**
 * Decisions belong to each other when they are of the same rule and key and of one time; else those nearest to each other
 * that come to the same, if both can be about the same events: if they are no further apart than the longer one of the
 * rules' windows with its cooldown.
 */
export function compareDecisions(
  decisions: Pair<readonly Decision[]>,
  rules: Pair<readonly Rule[]>,
): Comparison {
  const groups = new Map<string, { old: Decision[]; new: Decision[] }>()
  for (const side of ['old', 'new'] as const) {
    for (const decision of decisions[side]) {
      const id = JSON.stringify([decision.rule, ...decision.key])
      const group = groups.get(id) ?? { old: [], new: [] }
      groups.set(id, group)
      group[side].push(decision)
    }
  }
  let same = 0
  const changes: DecisionChange[] = []
  for (const group of groups.values()) {
    const { pairs, left } = atOnce(group)
    const moved = nearest(left, reachOf(group, rules))
    for (const pair of [...pairs, ...moved.pairs]) {
      const of = differences(pair)
      if (of.length === 0) same++
      else changes.push({ kind: 'changes', ...pair, of })
    }
    for (const old of moved.left.old) changes.push({ kind: 'vanishes', old })
    for (const now of moved.left.new) changes.push({ kind: 'appears', new: now })
  }
  const onlyIn = (one: readonly Rule[], other: readonly Rule[]): readonly string[] =>
    one.flatMap(({ name }) => (other.some((rule) => rule.name === name) ? [] : [name]))
  return {
    changes: changes.sort((one, other) => timeOf(one) - timeOf(other)),
    same,
    acted: { old: acted(decisions.old), new: acted(decisions.new) },
    rules: { old: onlyIn(rules.old, rules.new), new: onlyIn(rules.new, rules.old) },
  }
}

interface Pairs {
  readonly pairs: readonly Pair<Decision>[]
  readonly left: Pair<readonly Decision[]>
}

/** Those of the same time belong to each other. */
function atOnce(group: Pair<readonly Decision[]>): Pairs {
  const waiting = new Map<number, Decision[]>()
  for (const decision of group.new) {
    const others = waiting.get(decision.at)
    if (others === undefined) waiting.set(decision.at, [decision])
    else others.push(decision)
  }
  const pairs: Pair<Decision>[] = []
  const old = group.old.filter((decision) => {
    const partner = waiting.get(decision.at)?.shift()
    if (partner !== undefined) pairs.push({ old: decision, new: partner })
    return partner === undefined
  })
  return { pairs, left: { old, new: [...waiting.values()].flat() } }
}

/** Of neighbours in time that come to the same, those nearest to each other first. */
function nearest({ old, new: now }: Pair<readonly Decision[]>, reach: number): Pairs {
  const line = [
    ...old.map((decision) => ({ decision, isOld: true })),
    ...now.map((decision) => ({ decision, isOld: false })),
  ].sort((one, other) => one.decision.at - other.decision.at)
  const candidates = line.flatMap((one, index) => {
    const other = line[index + 1]
    if (other === undefined || one.isOld === other.isOld) return []
    const pair = one.isOld
      ? { old: one.decision, new: other.decision }
      : { old: other.decision, new: one.decision }
    const distance = span(one.decision.at, other.decision.at)
    return distance <= reach && decisionWord(pair.old) === decisionWord(pair.new) ? [{ pair, distance }] : []
  })
  const taken = new Set<Decision>()
  const pairs: Pair<Decision>[] = []
  for (const { pair } of candidates.sort((one, other) => one.distance - other.distance)) {
    if (taken.has(pair.old) || taken.has(pair.new)) continue
    taken.add(pair.old)
    taken.add(pair.new)
    pairs.push(pair)
  }
  const isLeft = (decision: Decision): boolean => !taken.has(decision)
  return { pairs, left: { old: old.filter(isLeft), new: now.filter(isLeft) } }
}

function reachOf(group: Pair<readonly Decision[]>, rules: Pair<readonly Rule[]>): number {
  const name = [...group.old, ...group.new][0]?.rule
  return Math.max(
    0,
    ...[...rules.old, ...rules.new]
      .filter((rule) => rule.name === name)
      .map(({ condition, cooldown }) => spanOf(condition) + cooldown),
  )
}

const differences = ({ old, new: now }: Pair<Decision>): readonly ('kind' | 'time' | 'actions')[] => [
  ...(decisionWord(old) === decisionWord(now) ? [] : ['kind' as const]),
  ...(old.at === now.at ? [] : ['time' as const]),
  ...(doneBy(old) === doneBy(now) ? [] : ['actions' as const]),
]

const doneBy = ({ actions }: Decision): string => actions.map(actionWords).join('\n')

const timeOf = (change: DecisionChange): number =>
  change.kind === 'vanishes' ? change.old.at : change.new.at

const acted = (decisions: readonly Decision[]): number =>
  decisions.filter(({ kind }) => kind === 'act').length
