/** The control socket: HTTP over a Unix socket, `GET /status` and `POST /order` with JSON. */

import { chmodSync, chownSync, mkdirSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { dirname } from 'node:path'
import type { OperatorAnswer } from './operator.ts'

export interface ControlOptions {
  readonly path: string
  /** Members of the group with this number may use it, too. */
  readonly gid?: number | undefined
  /** As JSON. */
  readonly status: () => unknown
  readonly order: (request: unknown) => OperatorAnswer
}

const mostBytes = 65_536
const requestMs = 5_000

/**
 * Listens; a socket that a watchdog left behind is replaced, one that answers is not: rejects with an error that says so.
 * Returns how to end it.
 */
export async function serveControl(options: ControlOptions): Promise<() => Promise<void>> {
  const { path, gid } = options
  if (await answers(path)) throw new Error(`another watchdog answers at ${path}`)
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 })
  rmSync(path, { force: true })
  const server = createServer((request, response) => void serve(request, response, options))
  server.requestTimeout = requestMs
  server.headersTimeout = requestMs
  const before = process.umask(0o177)
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(path, resolve)
    })
  } finally {
    process.umask(before)
  }
  if (gid !== undefined) {
    chownSync(path, -1, gid)
    chmodSync(path, 0o660)
  }
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
}

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { status, order }: ControlOptions,
): Promise<void> {
  const answer = (code: number, body: unknown): void => {
    response.writeHead(code, { 'content-type': 'application/json' })
    response.end(`${JSON.stringify(body)}\n`)
  }
  if (request.method === 'GET' && request.url === '/status') return answer(200, status())
  if (request.method !== 'POST' || request.url !== '/order')
    return answer(404, { ok: false, message: 'there are GET /status and POST /order' })
  const body = await bodyOf(request)
  if (body === undefined) return answer(413, { ok: false, message: `more than ${mostBytes} bytes` })
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return answer(400, { ok: false, message: 'what came is no JSON' })
  }
  const result = order(value)
  answer(result.ok ? 200 : 409, result)
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of request) {
      length += chunk.length
      if (length > mostBytes) return undefined
      chunks.push(chunk)
    }
  } catch {
    // Whoever asked has gone; what came is no whole request.
    return ''
  }
  return Buffer.concat(chunks).toString('utf8')
}
