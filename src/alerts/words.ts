/** An alert in words: its one line, its details, and the values of the placeholders of templates. Pure. */

import { expandTemplate } from '../config/template.ts'
import { printable } from '../report/printable.ts'
import type { AlertMessage } from './message.ts'

/** Longest text of an event that is shown, in UTF-16 units. */
const eventLimit = 1_000
const lineLimit = 900

const statusWords = {
  acted: 'acted',
  'given-up': 'given up',
  'not-recovered': 'not recovered',
} as const satisfies Record<AlertMessage['cause'], string>

/** `acted`, `given up`, `not recovered` or `recovered`. */
export const statusOf = ({ status, cause }: AlertMessage): string =>
  status === 'recovered' ? 'recovered' : statusWords[cause]

export type Severity = 'info' | 'warning' | 'critical'

export const severityOf = ({ status, cause }: AlertMessage): Severity =>
  status === 'recovered' ? 'info' : cause === 'acted' ? 'warning' : 'critical'

/** `worker-churn on web1: restart site.service: done (10 events in 1min 21s), 4 times since …`: one line. */
export function summaryOf(message: AlertMessage): string {
  const { rule, host, what, times, since, status } = message
  const key = keyText(message)
  const again =
    status === 'firing' && times > 1
      ? `, ${times} times since ${since}`
      : status === 'recovered' && times > 0
        ? `, after it happened ${times === 1 ? 'once' : `${times} times`} more since ${since}`
        : ''
  return printable(`${rule}${key === '' ? '' : ` [${key}]`} on ${host}: ${what}${again}`, lineLimit)
}

/** The text of the last event, on one line; empty where there is none. */
export const eventOf = ({ decision }: AlertMessage): string =>
  printable(decision.lastEvent?.text ?? '', eventLimit)

/** What there is to know, by name, for people. */
export function detailsOf(message: AlertMessage): readonly (readonly [name: string, value: string])[] {
  const { rule, target, host, decision, time, incident, id } = message
  const details: readonly (readonly [string, string])[] = [
    ['Rule', rule],
    ['Unit', target ?? ''],
    ['Key', keyText(message)],
    ['Host', host],
    ['Time', time],
    ['Events', `${decision.count}, from ${decision.first ?? '?'} to ${decision.last ?? '?'}`],
    ['Last event', eventOf(message)],
    ['Done', attemptsText(message)],
    ['Evidence', message.evidence?.path ?? ''],
    ['Decision', decision.id],
    ['Incident', incident],
    ['Alert', id],
  ]
  return details.filter(([, value]) => value !== '').map(([name, value]) => [name, printable(value, 2_000)])
}

/** By the name of the placeholder; a part of the key is `key.NAME`. */
export function alertValues(message: AlertMessage): ReadonlyMap<string, string> {
  const { alert, cause, decision, host, id, key, rule, since, target, time, times } = message
  return new Map([
    ...Object.entries(key).map(([name, value]) => [`key.${name}`, value] as const),
    ['alert', alert],
    ['attempts', attemptsText(message)],
    ['cause', cause],
    ['count', String(decision.count)],
    ['event', eventOf(message)],
    ['first', decision.first ?? ''],
    ['host', host],
    ['id', id],
    ['last', decision.last ?? ''],
    ['rule', rule],
    ['since', since],
    ['status', message.status],
    ['target', target ?? ''],
    ['text', summaryOf(message)],
    ['time', time],
    ['times', String(times)],
  ])
}

/** `template` filled with the values of the alert, each made `safe` for where it will stand. */
export function filled(
  template: string,
  message: AlertMessage,
  safe = (text: string): string => text,
): string {
  const values = [...alertValues(message)].map(([name, value]) => [name, safe(value)] as const)
  return expandTemplate(template, new Map(values))
}

export const keyText = ({ key }: AlertMessage): string =>
  Object.entries(key)
    .map(([name, value]) => `${name}=${printable(value, 80)}`)
    .join(', ')

const attemptsText = ({ attempts }: AlertMessage): string =>
  attempts
    .map(
      ({ action, result, message }) => `${action}: ${result}${message === undefined ? '' : `: ${message}`}`,
    )
    .join('; ')
