/** Decisions and ends of cooldowns as objects for programs: the lines of `replay --json` and of the log. */

import type { CooldownEnd, Decision, Evidence } from '../engine/decision.ts'
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
  first: isoTime(decision.first.at),
  last: isoTime(decision.last.at),
  firstEvent: evidenceJson(decision.first),
  lastEvent: evidenceJson(decision.last),
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

/** Absent where the text was not kept. */
const evidenceJson = ({ text, source, position }: Evidence) =>
  text === undefined ? undefined : { source, position, text }
