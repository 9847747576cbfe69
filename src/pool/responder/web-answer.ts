/** Sends a web `Response` as the answer of an exchange, streaming with back-pressure. */

import { Buffer } from 'node:buffer'
import type { Exchange } from './exchange.ts'
import { headersOf, unreadBody } from './light-response.ts'

/** Resolves when the answer is sent or given up; `undefined` when that is already so. Rejects with the body's own failure. */
export function sendResponse(exchange: Exchange, response: Response): Promise<void> | undefined {
  const bodiless = exchange.method === 'HEAD'
  const whole = unreadBody(response)
  if (whole !== undefined && !bodiless) {
    const bodyBytes = typeof whole === 'string' ? Buffer.byteLength(whole) : whole.length
    exchange.answer(head(response.status, '', headersOf(response), bodyBytes), whole)
    return undefined
  }
  const reason = whole === undefined ? response.statusText : ''
  const start = head(response.status, reason, headersOf(response), undefined)
  if (response.body === null || bodiless) {
    exchange.answer(start, '')
    return response.body?.cancel()
  }
  return pump(exchange, start, response.body)
}

async function pump(exchange: Exchange, head: string, body: ReadableStream<Uint8Array>): Promise<void> {
  const reader = body.getReader()
  const stop = (): void => {
    reader.cancel(exchange.signal.reason).catch(() => undefined)
  }
  exchange.signal.addEventListener('abort', stop, { once: true })
  // At once, as the first part of a body may be long in coming.
  exchange.write(Buffer.from(head, 'latin1'))
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done || exchange.over) break
      if (!exchange.write(value)) await exchange.writable()
    }
  } catch (error) {
    exchange.cutOff()
    throw error
  } finally {
    exchange.signal.removeEventListener('abort', stop)
  }
  if (exchange.over) stop()
  else if (exchange.aborted) exchange.cutOff()
  else exchange.end(0)
}

/** Status and headers in CGI's form. Every part was checked by `Headers` and `Response`: none holds a line end. */
function head(
  status: number,
  reason: string,
  headers: Iterable<readonly [name: string, value: string]>,
  bodyBytes: number | undefined,
): string {
  let text = `Status: ${status}${reason === '' ? '' : ` ${reason}`}\r\n`
  let hasLength = false
  for (const [name, value] of headers) {
    text += `${name}: ${value}\r\n`
    if (name === 'content-length') hasLength = true
  }
  if (bodyBytes !== undefined && !hasLength) text += `content-length: ${bodyBytes}\r\n`
  return `${text}\r\n`
}
