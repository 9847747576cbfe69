/** Whom an alert tells and how, as plain data. What is secret is not in it: only where that is kept. */

import type { Duration } from '../engine/time.ts'

export interface AlertSpec {
  readonly channel: AlertChannel
  /** The same incident repeated within this long becomes one alert with a count. */
  readonly repeatInterval: Duration
}

export type AlertChannel = WebhookChannel | CommandChannel | EmailChannel

export interface WebhookChannel {
  readonly kind: 'webhook'
  /** http or https; `{secret}` in it is replaced. */
  readonly url: string
  readonly secret?: SecretPlace
  /** Whose format the body has; absent: our own JSON, signed by the secret. */
  readonly preset?: WebhookPreset
  /** Beside our own; `{secret}` in a value is replaced. */
  readonly headers: ReadonlyMap<string, string>
  /** With placeholders: a text replaces what people read, anything else is the body, in which every text is filled. */
  readonly template?: Json
  readonly timeout: Duration
}

/** The alert is JSON on the standard input of a command. */
export interface CommandChannel {
  readonly kind: 'command'
  readonly argv: readonly string[]
  readonly timeout: Duration
}

export interface EmailChannel {
  readonly kind: 'email'
  readonly to: readonly string[]
  readonly from: string
  /** Absent: by the sendmail program. */
  readonly smtp?: SmtpServer
  /** Absolute path. */
  readonly sendmail: string
  /** With placeholders; replaces the text. */
  readonly template?: string
  readonly timeout: Duration
}

export interface SmtpServer {
  readonly host: string
  readonly port: number
  readonly login?: { readonly user: string; readonly password: SecretPlace }
  /** `starttls` and `implicit` send nothing unless the connection is encrypted and the server's certificate is good. */
  readonly tls: SmtpTls
}

export const smtpTls = ['none', 'starttls', 'implicit'] as const
export type SmtpTls = (typeof smtpTls)[number]

export const webhookPresets = ['slack', 'discord', 'mattermost', 'ntfy', 'pagerduty', 'alertmanager'] as const
export type WebhookPreset = (typeof webhookPresets)[number]

/** Read anew for every delivery, so that it can be changed. */
export type SecretPlace =
  | { readonly kind: 'file'; readonly path: string }
  /** Of systemd: a file in $CREDENTIALS_DIRECTORY. */
  | { readonly kind: 'credential'; readonly name: string }

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }
