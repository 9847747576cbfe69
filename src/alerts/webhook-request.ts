/** The request by which a webhook is told of an alert. Pure; the secret is in what it returns. */

import { createHmac } from 'node:crypto'
import type { Json, WebhookChannel, WebhookPreset } from '../config/alert-spec.ts'
import { expandTemplate } from '../config/template.ts'
import type { Duration, Instant } from '../engine/time.ts'
import type { AlertMessage } from './message.ts'
import { alertmanagerRequest } from './presets/alertmanager.ts'
import { discordBody, mattermostBody, slackBody } from './presets/chat.ts'
import { ntfyRequest } from './presets/ntfy.ts'
import { pagerDutyEvent } from './presets/pagerduty.ts'
import { filled, summaryOf } from './words.ts'

export interface WebhookRequest {
  readonly url: string
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

export interface RequestOptions {
  readonly secret: string | undefined
  readonly now: Instant
  readonly repeatInterval: Duration
}

export function webhookRequest(
  channel: WebhookChannel,
  message: AlertMessage,
  options: RequestOptions,
): WebhookRequest {
  const { secret, now } = options
  const secrets = new Map([['secret', secret ?? '']])
  const { url, body } = addressed(channel, expandTemplate(channel.url, secrets), message, options)
  const text = JSON.stringify(body)
  const token = channel.preset === 'ntfy' || channel.preset === 'alertmanager' ? secret : undefined
  const own: readonly (readonly [string, string])[] = [
    ['content-type', 'application/json'],
    ['user-agent', 'unit-watchdog'],
    ['x-watchdog-id', message.id],
    ...(token === undefined ? [] : [['authorization', `Bearer ${token}`] as const]),
    ...(channel.preset === undefined && secret !== undefined ? signature(text, secret, now) : []),
  ]
  const given = [...channel.headers].map(
    ([name, value]) => [name.toLowerCase(), expandTemplate(value, secrets)] as const,
  )
  return { url, headers: new Map([...own, ...given]), body: text }
}

/** HMAC-SHA256 over `TIMESTAMP.BODY`: who knows the secret can tell that it is ours, and how old it is. */
function signature(body: string, secret: string, now: Instant): readonly (readonly [string, string])[] {
  const timestamp = String(Math.floor(now / 1_000_000))
  const digest = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')
  return [
    ['x-watchdog-timestamp', timestamp],
    ['x-watchdog-signature', `sha256=${digest}`],
  ]
}

interface Addressed {
  readonly url: string
  readonly body: object
}

function addressed(
  { preset, template }: WebhookChannel,
  url: string,
  message: AlertMessage,
  options: RequestOptions,
): Addressed {
  if (preset === undefined) return { url, body: ownBody(message, template) }
  return presetRequest(
    preset,
    url,
    message,
    typeof template === 'string' ? { ...options, template } : options,
  )
}

function presetRequest(
  preset: WebhookPreset,
  url: string,
  message: AlertMessage,
  options: RequestOptions & { readonly template?: string },
): Addressed {
  const { template, secret = '' } = options
  switch (preset) {
    case 'slack':
      return { url, body: slackBody(message, template) }
    case 'mattermost':
      return { url, body: mattermostBody(message, template) }
    case 'discord':
      return { url, body: discordBody(message, template) }
    case 'ntfy':
      return ntfyRequest(message, url, template)
    case 'pagerduty':
      return { url, body: pagerDutyEvent(message, secret, template) }
    case 'alertmanager':
      return alertmanagerRequest(message, url, options)
  }
}

/** What a command gets on its standard input, too. */
export function ownBody(message: AlertMessage, template?: Json): object {
  if (template === undefined) return { ...message, text: summaryOf(message) }
  if (typeof template === 'string') return { ...message, text: filled(template, message) }
  const body = fill(template, message)
  return typeof body === 'object' && body !== null ? body : { ...message, text: body }
}

function fill(template: Json, message: AlertMessage): Json {
  if (typeof template === 'string') return filled(template, message)
  if (typeof template !== 'object' || template === null) return template
  if (isList(template)) return template.map((part) => fill(part, message))
  return Object.fromEntries(Object.entries(template).map(([key, part]) => [key, fill(part, message)]))
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)
