/** A web server that takes alerts, or does whatever a bad one does. */

import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

export interface Received {
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** What it does with a request that it has read. */
export type Conduct = (answer: ServerResponse, request: Received) => void

export const takes: Conduct = (answer) => answer.end('ok')
export const answers =
  (status: number, text = '', headers: Record<string, string> = {}): Conduct =>
  (answer) =>
    answer.writeHead(status, headers).end(text)
export const hangs: Conduct = () => undefined
export const dies: Conduct = (answer) => answer.socket?.destroy()
export const diesWithinItsAnswer: Conduct = (answer) => {
  answer.writeHead(500, { 'content-length': '100' }).write('half')
  setTimeout(() => answer.socket?.destroy(), 20)
}
export const neverEndsItsAnswer: Conduct = (answer) => answer.writeHead(500).write('half')

export class HttpReceiver {
  /** Every request, whatever became of it. */
  readonly received: Received[] = []
  conduct: Conduct
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(conduct: Conduct) {
    this.conduct = conduct
    this.#server = createServer((request, answer) => {
      const chunks: Buffer[] = []
      request
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('error', () => answer.destroy())
        .on('end', () => {
          const body = Buffer.concat(chunks).toString()
          const received = { url: request.url ?? '', headers: request.headers, body }
          this.received.push(received)
          this.conduct(answer, received)
        })
    })
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
  }

  static async start(conduct: Conduct = takes, port = 0): Promise<HttpReceiver> {
    const receiver = new HttpReceiver(conduct)
    receiver.#server.listen(port, '127.0.0.1')
    await once(receiver.#server, 'listening')
    return receiver
  }

  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }
}
