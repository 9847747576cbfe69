/** The alerts of a run: where they wait, and what is told of them in the log. */

import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { readSecret } from '../alerts/channels/secret.ts'
import { AlertDesk } from '../alerts/desk.ts'
import { directoryOutbox } from '../alerts/directory-outbox.ts'
import type { AlertNotice } from '../alerts/notice.ts'
import { memoryOutbox } from '../alerts/outbox.ts'
import type { AlertSpec, SecretPlace } from '../config/alert-spec.ts'
import { realClock } from '../platform/clock.ts'
import { counted } from '../report/counted.ts'
import type { KeptState } from './kept-state.ts'

interface AlertsOptions {
  readonly state: KeptState
  readonly log: Logger
}

/** So long is delivered what can be when the watchdog ends: what is then left is kept, or lost where nothing is. */
const graceMs = 2_000

const levels = {
  delivered: 'info',
  failing: 'warn',
  dropped: 'error',
  unsaved: 'warn',
  saved: 'info',
  unusable: 'warn',
} as const satisfies Record<AlertNotice['kind'], string>

export function openAlerts(specs: ReadonlyMap<string, AlertSpec>, { state, log }: AlertsOptions): AlertDesk {
  const { directory } = state
  const credentials = process.env['CREDENTIALS_DIRECTORY']
  const notify = ({ kind, alert, message }: AlertNotice): void =>
    log[levels[kind]]({ type: 'alert', kind, alert }, message)
  if (directory === undefined && specs.size > 0) {
    const text =
      'no state directory: alerts that wait for delivery are forgotten when the watchdog ends; give it one with --state-dir'
    log.warn({ type: 'alert', kind: 'unsaved' }, text)
  }
  void tellMissingSecrets(specs, credentials, log)
  return new AlertDesk({
    specs,
    outbox:
      directory === undefined
        ? memoryOutbox
        : directoryOutbox({ directory: join(directory, 'alerts'), notify }),
    unkept: state.alerts,
    clock: realClock,
    host: hostname(),
    credentials,
    notify,
    random: Math.random,
  })
}

export async function closeAlerts(desk: AlertDesk, { state, log }: AlertsOptions): Promise<void> {
  await desk.close(graceMs)
  if (desk.waiting === 0) return
  const left = `${counted(desk.waiting, 'alert')} could not be delivered`
  if (state.directory === undefined)
    log.error({ type: 'alert', kind: 'dropped' }, `${left} and are forgotten`)
  else log.info({ type: 'alert', kind: 'kept' }, `${left}: they are kept until the watchdog starts again`)
}

/** What the state of the watchdog holds of alerts. */
export function alertState(desk: AlertDesk): object {
  const alerts = desk.unkept()
  return alerts.length === 0 ? {} : { alerts }
}

/** When it is needed it would be too late to learn of it. */
async function tellMissingSecrets(
  specs: ReadonlyMap<string, AlertSpec>,
  credentials: string | undefined,
  log: Logger,
): Promise<void> {
  for (const [alert, spec] of specs) {
    const place = placeOf(spec)
    const reading = place === undefined ? undefined : await readSecret(place, credentials)
    if (reading?.ok === false)
      log.warn(
        { type: 'alert', kind: 'failing', alert },
        `alert ${alert} cannot be delivered: ${reading.why}`,
      )
  }
}

const placeOf = ({ channel }: AlertSpec): SecretPlace | undefined => {
  switch (channel.kind) {
    case 'webhook':
      return channel.secret
    case 'email':
      return channel.smtp?.login?.password
    case 'command':
      return undefined
  }
}
