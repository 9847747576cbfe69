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
      ? [
          summaryOf(message),
          '',
          ...detailsOf(message).map(([name, value]) => `${name}: ${value}`),
          ...evidenceLines(message),
        ].join('\n')
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

function evidenceLines({ evidence }: AlertMessage): readonly string[] {
  if (evidence === undefined) return []
  const texts = evidence.parts.map(({ title, text }) => [title, text.trimEnd()] as const)
  const parts = [['The last lines that led to it', evidence.lines.join('\n')] as const, ...texts]
  return parts.flatMap(([title, text]) => [
    '',
    `${title}:`,
    ...text.split('\n').map((line) => `  ${printable(line, 500)}`),
  ])
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)
