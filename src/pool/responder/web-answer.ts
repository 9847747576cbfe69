/** Sends a web `Response` as the answer of an exchange, streaming with back-pressure. */

import { Buffer } from 'node:buffer'
import { answerPlainly, cgiHead } from './cgi-head.ts'
import { byteLength, type Exchange } from './exchange.ts'
import { headerLines, unreadBody } from './light-response.ts'

/** Resolves when the answer is sent or given up; `undefined` when that is already so. Rejects with the body's own failure. */
export function sendResponse(exchange: Exchange, response: Response): Promise<void> | undefined {
  const bodiless = exchange.method === 'HEAD'
  const whole = unreadBody(response)
  if (whole !== undefined && !bodiless) {
    const bodyBytes = byteLength(whole)
    exchange.answer(cgiHead(response.status, '', headerLines(response), bodyBytes), whole, bodyBytes)
    return undefined
  }
  const reason = whole === undefined ? response.statusText : ''
  const start = cgiHead(response.status, reason, headerLines(response))
  if (response.body === null || bodiless) {
    exchange.answer(start, '')
    return response.body?.cancel()
  }
  if (exchange.aborted) {
    // A stream may be without an end, and nobody waits for it any more.
    answerPlainly(exchange, 503, 'Service Unavailable')
    return response.body.cancel(exchange.signal.reason)
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
      // Node's own types promise it, and its own server looks nevertheless.
      if (!(value instanceof Uint8Array)) throw new TypeError('a body gave something else than a Uint8Array')
      if (!exchange.write(value)) await exchange.writable()
    }
  } catch (error) {
    exchange.cutOff()
    stop()
    throw error
  } finally {
    exchange.signal.removeEventListener('abort', stop)
  }
  if (exchange.over) stop()
  else if (exchange.aborted) exchange.cutOff()
  else exchange.end(0)
}
