/** Alerts of tests. */

import type { Incident } from '../../src/actions/incident.ts'
import { firingMessage } from '../../src/alerts/compose.ts'
import type { AlertMessage } from '../../src/alerts/message.ts'
import type { Closing } from '../../src/engine/decision.ts'
import { type Duration, type Instant, instant, seconds } from '../../src/engine/time.ts'
import { incident } from '../actions/incidents.ts'

export const start = instant(1_779_000_000_000_000)
export const later = (length: Duration): Instant => instant(start + length)

/** The `number`th time that the rule comes true for the key, so many minutes after the first. */
export const nthIncident = (number: number, key: Readonly<Record<string, string>> = {}): Incident => ({
  ...incident(key),
  id: `worker-churn-${number}`,
  at: later(seconds(60 * (number - 1))),
  attempts: [{ action: { kind: 'unit', verb: 'restart', unit: 'site.service' }, result: 'done' }],
})

export const firing = (number = 1, key: Readonly<Record<string, string>> = {}): AlertMessage =>
  firingMessage('ops', nthIncident(number, key), 'web1')

export const closing = (number: number, at: Instant): Closing => {
  const { attempts: _, ...decision } = nthIncident(number)
  return { kind: 'closed', decision, at, recovered: true, escalation: [] }
}
