/** Bodies for Slack, Mattermost and Discord. What is in a log can neither format nor call anybody there. Pure. */

import type { AlertMessage } from '../message.ts'
import { eventOf, filled, severityOf, statusOf, summaryOf } from '../words.ts'

/** Slack takes more; nobody reads more. */
const textLimit = 3_000
/** Discord refuses more. */
const discordLimit = 2_000

const signs = { info: '🟢', warning: '🟠', critical: '🔴' } as const

export const slackBody = (message: AlertMessage, template?: string): object => ({
  text: text(message, template, escapeSlack, '*').slice(0, textLimit),
})

export const mattermostBody = (message: AlertMessage, template?: string): object => ({
  text: text(message, template, escapeMarkdown, '**').slice(0, textLimit),
})

export const discordBody = (message: AlertMessage, template?: string): object => ({
  content: text(message, template, escapeMarkdown, '**').slice(0, discordLimit),
  allowed_mentions: { parse: [] },
})

function text(
  message: AlertMessage,
  template: string | undefined,
  safe: (text: string) => string,
  bold: string,
): string {
  if (template !== undefined) return filled(template, message, safe)
  const heading = `${signs[severityOf(message)]} ${bold}${statusOf(message)}${bold} ${safe(summaryOf(message))}`
  const event = eventOf(message).slice(0, 600)
  // A block of code ends at its own quotes alone.
  const quote = safe === escapeSlack ? escapeSlack(event) : event
  return event === '' ? heading : `${heading}\n\`\`\`\n${quote.replaceAll('`', "'")}\n\`\`\``
}

/** See "Escaping text" of Slack's formatting reference; quotes of code cannot be escaped there. */
const escapeSlack = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('`', "'")

/** An invisible space after it keeps @channel from being one. */
const escapeMarkdown = (text: string): string =>
  text.replaceAll(/[\\`*_~|<>[\]()#]/g, '\\$&').replaceAll('@', '@\u200b')
