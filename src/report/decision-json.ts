/** What the engine returns as objects for programs: the lines of `replay --json` and of the log. */

import type { Closing, CooldownEnd, Deafness, Decision, Evidence, Grace } from '../engine/decision.ts'
import { actionWords, decisionWord, targetOf } from './decision-words.ts'
import { isoTime } from './time-text.ts'

export const decisionJson = (decision: Decision) => ({
  type: 'decision',
  time: isoTime(decision.at),
  id: decision.id,
  rule: decision.rule,
  key: Object.fromEntries(decision.key),
  target: targetOf(decision),
  decision: decisionWord(decision),
  actions: decision.actions.map(actionWords),
  count: decision.count,
  value: decision.value,
  first: timeOf(decision.first),
  last: timeOf(decision.last),
  firstEvent: evidenceJson(decision.first),
  lastEvent: evidenceJson(decision.last),
  incomplete: decision.incomplete,
  ruleHash: decision.ruleHash,
  policy: decision.policy,
  by: decision.by,
})

/** `over` is false for a cooldown that lasts beyond the end of the log. */
export const cooldownJson = (end: Omit<CooldownEnd, 'kind'>, over: boolean) => ({
  type: 'cooldown',
  time: isoTime(end.at),
  rule: end.rule,
  target: targetOf(end),
  decision: end.decision,
  over,
  ignored: end.ignored,
})

const timeOf = (evidence: Evidence | undefined): string | null =>
  evidence === undefined ? null : isoTime(evidence.at)

/** Absent where there was no event, or its text was not kept. */
const evidenceJson = (evidence: Evidence | undefined) =>
  evidence?.text === undefined
    ? undefined
    : { source: evidence.source, position: evidence.position, text: evidence.text }

export const closingJson = ({ decision, at, recovered, because, escalation }: Closing) => ({
  type: 'closed',
  time: isoTime(at),
  rule: decision.rule,
  target: targetOf(decision),
  decision: decision.id,
  recovered,
  because,
  escalation: escalation.map(actionWords),
})

export const graceJson = ({ unit, at, until, rules }: Grace) => ({
  type: 'grace',
  time: isoTime(at),
  unit,
  until: isoTime(until),
  rules,
})

export const deafnessJson = ({ rule, at, last }: Deafness) => ({
  type: 'deaf',
  time: isoTime(at),
  rule,
  last: last === undefined ? null : isoTime(last),
})
