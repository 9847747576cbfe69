/** What is told of an incident: the words and figures of an alert. Pure. */

import { createHash } from 'node:crypto'
import type { Incident } from '../actions/incident.ts'
import type { Closing } from '../engine/decision.ts'
import type { Gathered } from '../evidence/evidence.ts'
import { decisionJson } from '../report/decision-json.ts'
import {
  actionWords,
  attemptWords,
  closingWords,
  holdWords,
  seenWords,
  targetOf,
} from '../report/decision-words.ts'
import { printable } from '../report/printable.ts'
import { isoTime } from '../report/time-text.ts'
import { type AlertMessage, causes } from './message.ts'

/** Longest message of an attempt that is told, in UTF-16 units. */
const messageLimit = 1_000
/** Of the evidence; `lineLimit` and `partLimit` in UTF-16 units. */
const mostLines = 20
const lineLimit = 300
const partLimit = 2_000

/** An incident for the alert of that name, once. */
export function firingMessage(alert: string, incident: Incident, host: string): AlertMessage {
  const { attempts = [] } = incident
  const cause = causeOf(incident)
  const about = incidentId(incident, cause, host)
  const time = isoTime(incident.at)
  return {
    type: 'alert',
    id: digest(alert, about, incident.id, 'firing'),
    alert,
    status: 'firing',
    cause,
    incident: about,
    host,
    rule: incident.rule,
    key: Object.fromEntries(incident.key),
    target: targetOf(incident),
    time,
    since: time,
    times: 1,
    what: whatHappened(incident),
    attempts: attempts.map(({ action, result, message }) => ({
      action: actionWords(action),
      result,
      ...(message === undefined ? {} : { message: printable(message, messageLimit) }),
    })),
    decision: plain(decisionJson(incident)),
    ...(incident.gathered === undefined ? {} : { evidence: evidenceOf(incident.gathered) }),
  }
}

/** The ends of it: an alert waits on disk, and is read on a telephone. */
const evidenceOf = ({ evidence, path }: Gathered): AlertMessage['evidence'] => ({
  ...(path === undefined ? {} : { path }),
  lines: evidence.lines
    .slice(-mostLines)
    .map(({ time, text = '' }) => `${time} ${printable(text, lineLimit)}`),
  parts: evidence.parts.map(({ title, text }) => ({ title, text: text.slice(-partLimit) })),
})

/** That the incident has recovered of which `latest` tells how it happened last. */
export const recoveredMessage = (
  { evidence: _, ...latest }: AlertMessage,
  closing: Closing,
): AlertMessage => ({
  ...latest,
  id: digest(latest.alert, latest.incident, closing.decision.id, 'recovered'),
  status: 'recovered',
  time: isoTime(closing.at),
  what: closingWords(closing),
  attempts: [],
  decision: plain(decisionJson(closing.decision)),
})

/** What may have been told of the rule and key of `decision`, by any alert. */
export const incidentsOf = (decision: Incident, host: string): readonly string[] =>
  causes.map((cause) => incidentId(decision, cause, host))

function causeOf({ kind, notRecovered }: Incident): AlertMessage['cause'] {
  if (notRecovered !== undefined) return 'not-recovered'
  return kind === 'hold' ? 'given-up' : 'acted'
}

function whatHappened(incident: Incident): string {
  const seen = seenWords(incident)
  if (incident.notRecovered !== undefined) {
    const closing = { decision: incident, recovered: false, because: incident.notRecovered }
    return `${closingWords(closing)} (${seen})`
  }
  if (incident.kind === 'hold') return `${holdWords(incident.because, incident.targets)} (${seen})`
  const done = (incident.attempts ?? []).filter(({ action }) => action.kind !== 'alert')
  return done.length === 0 ? seen : `${done.map(attemptWords).join('; ')} (${seen})`
}

const incidentId = ({ rule, key }: Incident, cause: AlertMessage['cause'], host: string): string =>
  digest(host, rule, cause, ...[...key].flat())

/** As it will be when it was written and read again. */
const plain = (object: ReturnType<typeof decisionJson>): AlertMessage['decision'] =>
  JSON.parse(JSON.stringify(object))

const digest = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 20)
