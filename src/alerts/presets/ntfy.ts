/** A message for ntfy, published as JSON: its headers could not hold every text. Pure. */

import type { AlertMessage } from '../message.ts'
import { eventOf, filled, severityOf, statusOf, summaryOf } from '../words.ts'

/** ntfy makes an attachment of what is longer, in bytes. */
const messageBytes = 4_000
const priorities = { info: 3, warning: 4, critical: 5 } as const
const tags = { info: 'white_check_mark', warning: 'warning', critical: 'rotating_light' } as const

/** The URL of a topic is that of the server and the name of the topic: https://ntfy.example/ops. */
export function ntfyRequest(
  message: AlertMessage,
  topicUrl: string,
  template?: string,
): { url: string; body: object } {
  const url = new URL(topicUrl)
  const path = url.pathname.split('/')
  const topic = decodeURIComponent(path.pop() ?? '')
  url.pathname = `${path.join('/')}/`
  const severity = severityOf(message)
  const text =
    template === undefined
      ? [summaryOf(message), eventOf(message)].filter((line) => line !== '').join('\n')
      : filled(template, message)
  return {
    url: url.href,
    body: {
      topic,
      title: `${message.rule}: ${statusOf(message)}`,
      message: cut(text, messageBytes),
      priority: priorities[severity],
      tags: [tags[severity]],
    },
  }
}

/** At most so many bytes of UTF-8. */
const cut = (text: string, bytes: number): string => {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes))
  return text.slice(0, read)
}
