/** Delivers an alert by HTTP. */

import type { WebhookChannel } from '../../config/alert-spec.ts'
import { type Duration, seconds } from '../../engine/time.ts'
import { spanText } from '../../report/time-text.ts'
import type { Delivery, DeliveryOptions } from '../delivery.ts'
import type { AlertMessage } from '../message.ts'
import { type WebhookRequest, webhookRequest } from '../webhook-request.ts'
import { readSecret, redacted } from './secret.ts'

/** So much of an answer is read, in bytes. Of a longer one nothing is told: half of a secret could not be found in it. */
const answerLimit = 2_048

/** The message itself is at fault: it will be refused again. */
const refusals: ReadonlySet<number> = new Set([400, 413, 415, 422])

export async function deliverByWebhook(
  channel: WebhookChannel,
  message: AlertMessage,
  { credentials, now, repeatInterval, signal }: DeliveryOptions,
): Promise<Delivery> {
  const reading = channel.secret === undefined ? undefined : await readSecret(channel.secret, credentials)
  if (reading?.ok === false) return { kind: 'failed', why: reading.why }
  const request = webhookRequest(channel, message, { secret: reading?.secret, now, repeatInterval })
  if (!URL.canParse(request.url)) return { kind: 'failed', why: 'with this secret its URL is none' }
  const secrets = secretsOf(channel, request, reading?.secret)
  const timeUp = AbortSignal.timeout(channel.timeout / 1_000)
  try {
    const answer = await fetch(request.url, {
      method: 'POST',
      headers: Object.fromEntries(request.headers),
      body: request.body,
      // A redirect would carry what is secret to somewhere else.
      redirect: 'manual',
      signal: AbortSignal.any([signal, timeUp]),
    })
    const said = redacted(await saidBy(answer), secrets)
    return deliveryOf(answer, redacted(new URL(request.url).host, secrets), said)
  } catch (error) {
    const host = redacted(new URL(request.url).host, secrets)
    if (timeUp.aborted)
      return { kind: 'failed', why: `${host} did not answer within ${spanText(channel.timeout)}` }
    if (signal.aborted) return { kind: 'failed', why: 'the watchdog ends' }
    return { kind: 'failed', why: `no connection to ${host} (${redacted(reasonOf(error), secrets)})` }
  }
}

function deliveryOf(answer: Response, host: string, said: string): Delivery {
  if (answer.ok) return { kind: 'delivered' }
  const why = `${host} answered ${answer.status}${said === '' ? '' : `: ${said}`}`
  if (answer.status >= 300 && answer.status < 400)
    return { kind: 'failed', why: `${host} redirects (${answer.status}): give the URL that it redirects to` }
  if (refusals.has(answer.status)) return { kind: 'refused', why }
  const retryAfter = askedDelay(answer.headers.get('retry-after'))
  return { kind: 'failed', why, ...(retryAfter === undefined ? {} : { retryAfter }) }
}

/** Of a Retry-After in seconds; the form with a date is rare, and our own delay does as well. */
const askedDelay = (header: string | null): Duration | undefined =>
  header !== null && /^\d{1,6}$/.test(header) ? seconds(Number(header)) : undefined

/** What a failure says, where that is short. */
async function saidBy({ body, ok }: Response): Promise<string> {
  if (body === null) return ''
  const reader = body.getReader()
  const chunks: Uint8Array[] = []
  let bytes = 0
  while (!ok && bytes <= answerLimit) {
    const { done, value } = await reader.read()
    if (done) break
    chunks.push(value)
    bytes += value.length
  }
  await reader.cancel()
  return bytes > answerLimit ? '' : Buffer.concat(chunks).toString()
}

/** What must not be seen in a log: the secret, every header of the rule file, and the path, which often is a key. */
function secretsOf(
  { headers }: WebhookChannel,
  request: WebhookRequest,
  secret: string | undefined,
): readonly string[] {
  const { pathname, search } = new URL(request.url)
  const given = [...headers.keys()].map((name) => request.headers.get(name.toLowerCase()) ?? '')
  return [...(secret === undefined ? [] : [secret]), ...given, pathname + search, pathname, search]
}

/** `ECONNREFUSED` and the like. */
function reasonOf(error: unknown): string {
  const cause: unknown = error instanceof Error ? (error.cause ?? error) : error
  if (typeof cause !== 'object' || cause === null) return String(cause)
  const code: unknown = Reflect.get(cause, 'code')
  return typeof code === 'string' ? code : cause instanceof Error ? cause.name : 'unknown'
}
