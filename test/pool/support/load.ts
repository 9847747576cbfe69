/** Clients that load a site, GET and POST, and look at every answer. */

import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Load {
  /** Ends the clients and tells what they saw. */
  stop(): Promise<LoadResult>
  readonly answered: number
}

export interface LoadResult {
  readonly answered: number
  /** One line for each request that was not answered with what was to be expected. */
  readonly failures: readonly string[]
}

/**
 * Starts `clients` clients, which share the URLs; each asks with both methods. The application must answer as `test/pool/fixtures/app.js`.
 * `socketPath`: of the web server, where it has no port that is reached from here.
 */
export function startLoad(urls: readonly string[], clients: number, socketPath?: string): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: clients, ...(socketPath && { socketPath }) })
  const failures: string[] = []
  let stopped = false
  let answered = 0
  const client = async (index: number): Promise<void> => {
    const url = urls[index % urls.length] ?? ''
    for (let turn = 0; !stopped; turn += 1) {
      const body = (index + turn) % 2 === 0 ? undefined : 'x'.repeat(1 + (turn % 5) * 9_000)
      const failure = await exchange(agent, `${url}?${index}.${turn}`, body)
      // Pauses let connections be idle for a moment, and leave the machine something for those who start.
      await sleep((index * 7 + turn * 13) % 40)
      if (failure === undefined) answered += 1
      else failures.push(`${body === undefined ? 'GET' : 'POST'} ${url}: ${failure}`)
    }
  }
  const running = Array.from({ length: clients }, (_, index) => client(index))
  return {
    get answered() {
      return answered
    },
    stop: async () => {
      stopped = true
      await Promise.all(running)
      agent.destroy()
      return { answered, failures }
    },
  }
}

/** `undefined` when the answer is right. */
function exchange(agent: Agent, url: string, body: string | undefined): Promise<string | undefined> {
  const expected = `${new URL(url).search} ${body?.length ?? 0}\n`
  return new Promise((resolve) => {
    const outgoing = request(
      url,
      { agent, method: body === undefined ? 'GET' : 'POST', timeout: 15_000 },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part
        })
        response.on('error', (error) => resolve(`broken off: ${error.message}`))
        response.on('end', () => {
          if (response.statusCode !== 200) resolve(`status ${response.statusCode}`)
          else resolve(text === expected ? undefined : `expected ${expected}, got ${text.slice(0, 100)}`)
        })
      },
    )
    outgoing.on('timeout', () => outgoing.destroy(new Error('timeout')))
    outgoing.on('error', (error) => resolve(error.message))
    outgoing.end(body)
  })
}

/** One request; the status and the text of the answer. */
export async function get(
  url: string,
  init: RequestInit = {},
): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(url, { signal: AbortSignal.timeout(20_000), ...init })
  return { status: response.status, text: await response.text() }
}
