/** An event for PagerDuty's Events API v2. Pure. */

import type { AlertMessage } from '../message.ts'
import { filled, severityOf, summaryOf } from '../words.ts'

/** PagerDuty cuts what is longer. */
const summaryLimit = 1_024

/** The same incident has the same `dedup_key`, by which its end resolves it. */
export const pagerDutyEvent = (message: AlertMessage, routingKey: string, template?: string): object => ({
  routing_key: routingKey,
  event_action: message.status === 'recovered' ? 'resolve' : 'trigger',
  dedup_key: message.incident,
  client: 'unit-watchdog',
  payload: {
    summary: (template === undefined ? summaryOf(message) : filled(template, message)).slice(0, summaryLimit),
    source: message.host,
    severity: severityOf(message),
    timestamp: message.time,
    component: message.target ?? message.rule,
    group: message.rule,
    class: message.cause,
    custom_details: message,
  },
})
