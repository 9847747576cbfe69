/** What happens in a run as entries for the journal. Pure. What stands in a log is data there, never a field of its own. */

import type { Closing, CooldownEnd, Deafness, Decision, Evidence } from '../engine/decision.ts'
import type { Attempt } from '../engine/input.ts'
import type { Instant } from '../engine/time.ts'
import { closingJson, cooldownJson, deafnessJson, decisionJson } from './decision-json.ts'
import { actionWords, decisionWord, targetOf } from './decision-words.ts'
import {
  attemptLine,
  closingLine,
  cooldownLine,
  deafnessLine,
  decisionLine,
  evidenceLine,
  type GivenOrder,
  isBad,
  type Notice,
  noticeLine,
  orderLine,
  type Reload,
  reloadLine,
} from './event-lines.ts'
import { journalFields as field, type MessageKind, messageIds } from './journal-messages.ts'
import { isoTime } from './time-text.ts'

/** Names and values; a name may be repeated. */
export type JournalEntry = readonly (readonly [name: string, value: string])[]

/** As in syslog(3). */
const priority = { error: '3', warning: '4', info: '6' } as const

/** Of a text, or of a value of the key, as much as this is kept; in UTF-16 units. */
const longestText = 1_000

export function decisionEntry(decision: Decision): JournalEntry {
  const gaveUp = decision.kind === 'hold' && decision.because === 'budget'
  return entry({
    kind: gaveUp ? 'gave-up' : 'decision',
    level: gaveUp ? 'error' : 'warning',
    message: decisionLine(decision),
    fields: [
      ...concerning(decision, decision.id),
      [field.decision, decisionWord(decision)],
      ...[...decision.key].map(([name, value]) => [field.key, `${name}=${shortened(value)}`] as const),
      ...decision.actions.map((action) => [field.action, actionWords(action)] as const),
    ],
    json: decisionJson(shortDecision(decision)),
  })
}

export const evidenceEntry = (decision: Decision, path: string): JournalEntry =>
  entry({
    kind: 'evidence',
    level: 'info',
    message: evidenceLine(decision, path),
    fields: [...concerning(decision, decision.id), [field.evidence, path]],
    json: { type: 'evidence', time: isoTime(decision.at), rule: decision.rule, decision: decision.id, path },
  })

export function outcomeEntry(decision: Decision, attempt: Attempt, at: Instant): JournalEntry {
  const action = actionWords(attempt.action)
  const { result, message } = attempt
  const target = targetOf(decision)
  return entry({
    kind: 'outcome',
    level: isBad(attempt) ? 'error' : 'info',
    message: attemptLine(decision, attempt),
    fields: [...concerning(decision, decision.id), [field.action, action], [field.result, result]],
    json: {
      type: 'outcome',
      time: isoTime(at),
      rule: decision.rule,
      target,
      decision: decision.id,
      action,
      result,
      message,
    },
  })
}

export const cooldownEntry = (end: CooldownEnd): JournalEntry =>
  entry({
    kind: 'cooldown',
    level: 'info',
    message: cooldownLine(end),
    fields: concerning(end, end.decision),
    json: cooldownJson(end, true),
  })

export function closingEntry(closing: Closing): JournalEntry {
  const kind = closing.recovered ? 'recovered' : 'not-recovered'
  return entry({
    kind,
    level: closing.recovered ? 'info' : 'error',
    message: closingLine(closing),
    fields: [...concerning(closing.decision, closing.decision.id), [field.result, kind]],
    json: closingJson(closing),
  })
}

export const deafnessEntry = (deafness: Deafness): JournalEntry =>
  entry({
    kind: 'deaf',
    level: 'warning',
    message: deafnessLine(deafness),
    fields: [[field.rule, deafness.rule]],
    json: deafnessJson(deafness),
  })

/** Events of the sources may be missing before `at`. */
export function gapEntry(notice: Notice & { readonly at: Instant }): JournalEntry {
  const { kind, sources, message, at } = notice
  return entry({
    kind: 'gap',
    level: 'warning',
    message: noticeLine(notice),
    fields: sources.map((source) => [field.source, source] as const),
    json: { type: 'source', time: isoTime(at), kind, sources, message },
  })
}

export const reloadEntry = (reload: Reload): JournalEntry => {
  const { at, by, result, message } = reload
  return entry({
    kind: 'reload',
    level: result === 'refused' ? 'error' : 'info',
    message: reloadLine(reload),
    fields: [
      [field.result, result],
      [field.by, by],
    ],
    json: { type: 'reload', time: isoTime(at), by, result, message },
  })
}

export const orderEntry = (given: GivenOrder): JournalEntry => {
  const { at, order, subject, by, done, message } = given
  return entry({
    kind: 'order',
    level: done ? 'warning' : 'info',
    message: orderLine(given),
    fields: [
      [field.action, order],
      [field.subject, subject],
      [field.by, by],
    ],
    json: { type: 'order', time: isoTime(at), order, subject, by, done, message },
  })
}

interface Told {
  readonly kind: MessageKind
  readonly level: keyof typeof priority
  readonly message: string
  readonly fields: JournalEntry
  readonly json: { readonly type: string; readonly time: string } & Readonly<Record<string, unknown>>
}

const entry = ({ kind, level, message, fields, json }: Told): JournalEntry => [
  ['MESSAGE', message],
  ['MESSAGE_ID', messageIds[kind]],
  ['PRIORITY', priority[level]],
  ['SYSLOG_IDENTIFIER', 'unit-watchdog'],
  ...fields,
  [field.time, json.time],
  [field.json, JSON.stringify(json)],
]

const concerning = (
  { rule, targets }: { readonly rule: string; readonly targets: readonly string[] },
  incident: string,
): JournalEntry => [
  [field.rule, rule],
  ...targets.map((target) => [field.target, target] as const),
  [field.incident, incident],
]

/** Whoever writes a log must not be able to make an entry that journald refuses. */
const shortDecision = (decision: Decision): Decision => ({
  ...decision,
  key: new Map([...decision.key].map(([name, value]) => [name, shortened(value)] as const)),
  ...(decision.first === undefined ? {} : { first: shortEvidence(decision.first) }),
  ...(decision.last === undefined ? {} : { last: shortEvidence(decision.last) }),
})

const shortEvidence = (evidence: Evidence): Evidence =>
  evidence.text === undefined ? evidence : { ...evidence, text: shortened(evidence.text) }

const shortened = (text: string): string => text.slice(0, longestText)
