/** The shape of a webhook. */

import * as z from 'zod'
import { seconds } from '../../engine/time.ts'
import { type Json, type WebhookChannel, webhookPresets } from '../alert-spec.ts'
import { expectedGot, Mistake } from '../mistake.ts'
import { parseTemplate } from '../template.ts'
import { alertText, alertTextWords, headerValue, headerWords, urlWords, webhookUrl } from './alert-texts.ts'
import { deliveryTimeout, issueOf, keys, readBy } from './elements.ts'
import { checkOneSecret, fileOfSecret, nameOfCredential, secretPlace } from './secret.ts'

const defaultTimeout = seconds(10)
const pagerDuty = 'https://events.pagerduty.com/v2/enqueue'

const headerNameWords = 'the name of a header that is not set by ourselves'
const headerName = z
  .string()
  .regex(
    /^(?!(?:host|connection|content-length|transfer-encoding|expect|upgrade|keep-alive)$)[!#$%&'*+.^_`|~0-9A-Za-z-]+$/i,
    headerNameWords,
  )

const templateWords = `${alertTextWords}, or keys with such texts, which are the JSON that is sent`
const template = z.json(templateWords).superRefine((value, context) => {
  for (const { text, path } of textsOf(value, [])) {
    const mistake = alertText(text)
    if (mistake instanceof Mistake) context.addIssue(issueOf(mistake, path))
  }
})

export const webhook = keys(
  {
    url: readBy(urlWords, webhookUrl)
      .optional()
      .describe('Where to; {secret} stands for the secret. Of pagerduty it is known.'),
    secret_file: fileOfSecret
      .optional()
      .describe('File with the secret that signs the body, or with the token that the preset needs.'),
    credential: nameOfCredential
      .optional()
      .describe('The same as a credential of systemd (LoadCredential= of the watchdog).'),
    preset: z
      .enum(webhookPresets, `one of ${webhookPresets.join(', ')}`)
      .optional()
      .describe('Whose format it is sent in; our own JSON if absent.'),
    headers: z
      .record(headerName, readBy(headerWords, headerValue), 'names of headers with their values')
      .optional()
      .describe('Further headers; {secret} stands for the secret.'),
    template: template
      .optional()
      .describe('What people read, with {placeholders}; or, without a preset, the whole JSON body.'),
    timeout: deliveryTimeout.optional().describe('How long one attempt may take; 10s if absent.'),
  },
  'where to send it, such as { url: "https://alerts.example/hook", secret_file: /etc/watchdog/ops.secret }',
)
  .superRefine(({ url, secret_file: file, credential, preset, headers, template }, context) => {
    const wrong = (code: 'missing-key' | 'conflict', message: string, ...path: string[]): void =>
      context.addIssue(issueOf(new Mistake(code, message), path))
    checkOneSecret(['secret_file', file], ['credential', credential], context)
    const hasSecret = file !== undefined || credential !== undefined
    if (url === undefined && preset !== 'pagerduty') wrong('missing-key', expectedGot('"url"', 'none'))
    if (preset === 'pagerduty' && !hasSecret) {
      wrong('missing-key', expectedGot('"secret_file" with the integration key of PagerDuty', 'none'))
    }
    if (!hasSecret) {
      const texts = [['url', url ?? ''] as const, ...Object.entries(headers ?? {})]
      const [key] = texts.find(([, text]) => namesSecret(text)) ?? []
      const message = expectedGot('"secret_file" or "credential" for "{secret}"', 'neither')
      if (key !== undefined) wrong('conflict', message, ...(key === 'url' ? [key] : ['headers', key]))
    }
    if (preset !== undefined && template !== undefined && typeof template !== 'string') {
      wrong('conflict', expectedGot('a text beside a preset', 'keys with values'), 'template')
    }
  })
  .transform(
    ({
      url = pagerDuty,
      secret_file: file,
      credential,
      preset,
      headers,
      template,
      timeout,
    }): WebhookChannel => {
      const secret = secretPlace(file, credential)
      return {
        kind: 'webhook',
        url,
        headers: new Map(Object.entries(headers ?? {})),
        timeout: timeout ?? defaultTimeout,
        ...(secret === undefined ? {} : { secret }),
        ...(preset === undefined ? {} : { preset }),
        ...(template === undefined ? {} : { template }),
      }
    },
  )

const namesSecret = (text: string): boolean =>
  parseTemplate(text).some((part) => part.kind === 'placeholder' && part.name === 'secret')

function textsOf(value: Json, path: readonly (string | number)[]): readonly Place[] {
  if (typeof value === 'string') return [{ text: value, path }]
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap((part: Json, index) => textsOf(part, [...path, index]))
  return Object.entries(value).flatMap(([key, part]) => textsOf(part, [...path, key]))
}

interface Place {
  readonly text: string
  readonly path: readonly (string | number)[]
}
