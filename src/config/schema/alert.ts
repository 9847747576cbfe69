/** The shape of an alert, which is read into an `AlertSpec`. */

import { seconds } from '../../engine/time.ts'
import type { AlertChannel, AlertSpec } from '../alert-spec.ts'
import { expectedGot, Mistake } from '../mistake.ts'
import { command } from './action.ts'
import { alertText, alertTextWords } from './alert-texts.ts'
import { duration, issueOf, keys } from './elements.ts'
import { email } from './email.ts'
import { webhook } from './webhook.ts'

/** Who is told once an hour that it goes on knows enough. */
const defaultRepeatInterval = seconds(3_600)

const alertWords = 'an alert such as { webhook: { url: "https://alerts.example/hook" } }'
const shape = {
  webhook: webhook.optional().describe('Send it to a URL.'),
  command: command
    .superRefine(({ run }, context) => {
      run.forEach((argument, index) => {
        const mistake = alertText(argument)
        if (mistake instanceof Mistake) context.addIssue(issueOf(mistake, [index]))
      })
    })
    .optional()
    .describe(`Run a program with the alert as JSON on its standard input; ${alertTextWords}.`),
  email: email.optional().describe('Send it by e-mail.'),
} as const

export const alert = keys(
  {
    ...shape,
    repeat_interval: duration
      .optional()
      .describe('The same incident repeated within this long becomes one alert with a count; 1h if absent.'),
  },
  alertWords,
)
  .superRefine(({ repeat_interval: _, ...channels }, context) => {
    const [first, second] = Object.keys(channels)
    if (first === undefined)
      context.addIssue(issueOf(new Mistake('missing-key', expectedGot(alertWords, 'none of them'))))
    if (second === undefined) return
    const got = `${first} and ${second}`
    const mistake = new Mistake('conflict', expectedGot('one way', got, 'make an alert of each'))
    context.addIssue(issueOf(mistake, [second]))
  })
  .transform(
    ({ webhook, command, email, repeat_interval: repeatInterval = defaultRepeatInterval }): AlertSpec => {
      const run: AlertChannel | undefined =
        command === undefined ? undefined : { kind: 'command', argv: command.run, timeout: command.timeout }
      const channel = webhook ?? run ?? email
      if (channel === undefined) throw new Error('an alert without any channel')
      return { channel, repeatInterval }
    },
  )
