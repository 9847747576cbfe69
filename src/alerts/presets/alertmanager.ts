/** An alert for Prometheus Alertmanager (API v2). Pure. */

import { after, type Duration, type Instant, seconds } from '../../engine/time.ts'
import { isoTime } from '../../report/time-text.ts'
import type { AlertMessage } from '../message.ts'
import { detailsOf, filled, severityOf, summaryOf } from '../words.ts'

const path = '/api/v2/alerts'
const shortest = seconds(300)

/**
 * Its labels are the same for all that is told of an incident. Alertmanager takes an alert that nobody repeats for
 * resolved: one that is firing lasts until `repeatInterval` after it is sent.
 */
export function alertmanagerRequest(
  message: AlertMessage,
  address: string,
  { template, now, repeatInterval }: { template?: string; now: Instant; repeatInterval: Duration },
): { url: string; body: object } {
  const { rule, host, target, cause, key, since, time, status } = message
  const url = new URL(address)
  if (!url.pathname.endsWith(path)) url.pathname = `${url.pathname.replace(/\/$/, '')}${path}`
  const keys = Object.entries(key).map(([name, value]) => [
    `key_${name.replaceAll(/[^A-Za-z0-9_]/g, '_')}`,
    value,
  ])
  const lasts = repeatInterval > shortest ? repeatInterval : shortest
  const alert = {
    labels: {
      ...Object.fromEntries(keys),
      alertname: rule,
      instance: host,
      cause,
      severity: severityOf({ ...message, status: 'firing' }),
      ...(target === null ? {} : { unit: target }),
    },
    annotations: {
      summary: template === undefined ? summaryOf(message) : filled(template, message),
      description: detailsOf(message)
        .map(([name, value]) => `${name}: ${value}`)
        .join('\n'),
    },
    startsAt: since,
    endsAt: status === 'recovered' ? time : isoTime(after(now, lasts)),
  }
  return { url: url.href, body: [alert] }
}
