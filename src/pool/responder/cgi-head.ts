/** The heads of answers in CGI's form: https://www.rfc-editor.org/rfc/rfc3875#section-6.3 */

import { STATUS_CODES } from 'node:http'
import type { Exchange } from './exchange.ts'
import { hasLine } from './header-lines.ts'

/** Made beforehand, as every answer has one. */
const statusLines = new Map(
  Object.entries(STATUS_CODES).map(([status, reason]) => [Number(status), statusLine(status, reason)]),
)

/**
 * `reason`: where it is empty, the usual one of the status; nginx passes on what is there and adds none. `lines`: the headers.
 * `bodyBytes`: told in a header unless there is one that tells it. No part may hold a line end of its own: `Headers` and
 * `Response` take none.
 */
export function cgiHead(status: number, reason: string, lines: string, bodyBytes?: number): string {
  const start = (reason === '' ? statusLines.get(status) : undefined) ?? statusLine(status, reason)
  if (bodyBytes === undefined || hasLine(lines, 'content-length')) return `${start}${lines}\r\n`
  return `${start}${lines}content-length: ${bodyBytes}\r\n\r\n`
}

function statusLine(status: number | string, reason = ''): string {
  return `Status: ${status}${reason === '' ? '' : ` ${reason}`}\r\n`
}

/** Answers with a line of text. `lines`: further headers. */
export function answerPlainly(exchange: Exchange, status: number, text: string, lines = ''): void {
  exchange.answer(cgiHead(status, '', `${lines}content-type: text/plain\r\n`), `${text}\n`)
}
