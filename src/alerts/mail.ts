/** An alert as an e-mail. Pure. */

import type { SendMailOptions } from 'nodemailer'
import type { EmailChannel } from '../config/alert-spec.ts'
import { printable } from '../report/printable.ts'
import type { AlertMessage } from './message.ts'
import { detailsOf, filled, statusOf, summaryOf } from './words.ts'

/** What is told of one incident is one thread in the reader's program. */
export function mailOf({ from, to, template }: EmailChannel, message: AlertMessage): SendMailOptions {
  const { rule, host, target, id, incident } = message
  const thread = `<${incident}@watchdog.${domainOf(from)}>`
  const text =
    template === undefined
      ? [summaryOf(message), '', ...detailsOf(message).map(([name, value]) => `${name}: ${value}`)].join('\n')
      : filled(template, message)
  return {
    from,
    to: [...to],
    subject: printable(
      `[${host}] ${statusOf(message)}: ${rule}${target === null ? '' : ` (${target})`}`,
      200,
    ),
    text: `${text}\n`,
    date: new Date(message.time),
    messageId: `<${id}@watchdog.${domainOf(from)}>`,
    inReplyTo: thread,
    references: thread,
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Watchdog-Id': id },
  }
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)
