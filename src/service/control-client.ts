/** Asks a running watchdog over its control socket. */

import { request } from 'node:http'
import { text } from 'node:stream/consumers'

const answerMs = 10_000

/** Nobody answers there, or not as a watchdog does. The message says what to do. */
export class ControlError extends Error {
  override readonly name = 'ControlError'
}

/** The parsed answer. Rejects with a `ControlError`. */
export async function askControl(path: string, order?: object): Promise<unknown> {
  const body = order === undefined ? undefined : JSON.stringify(order)
  try {
    const answer = await new Promise<string>((resolve, reject) => {
      const asked = request(
        {
          socketPath: path,
          path: body === undefined ? '/status' : '/order',
          method: body === undefined ? 'GET' : 'POST',
          timeout: answerMs,
        },
        (response) => resolve(text(response)),
      )
      asked.once('timeout', () => asked.destroy(new Error('it does not answer')))
      asked.once('error', reject)
      asked.end(body)
    })
    return JSON.parse(answer)
  } catch (error) {
    throw new ControlError(advice(path, error))
  }
}

function advice(path: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT' || code === 'ECONNREFUSED')
    return `no watchdog answers at ${path}; is it running, and with that --control?`
  if (code === 'EACCES')
    return `${path}: no permission; ask as the watchdog's user, as root, or as its --control-group`
  return `${path}: ${error instanceof Error ? error.message : String(error)}`
}
