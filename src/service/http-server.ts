/** `/metrics`, `/healthz` and `/readyz` for whoever watches the watchdog. Nothing here acts. */

import { createServer } from 'node:http'
import type { Metrics } from './metrics.ts'

export interface HttpOptions {
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  readonly metrics: Metrics
  /** Every source has found its place. */
  readonly isReady: () => boolean
}

export interface HttpServer {
  /** As it is listening. */
  readonly url: string
  readonly close: () => Promise<void>
}

const requestMs = 5_000
const mostConnections = 100

/** Rejects where the address cannot be listened on. */
export async function serveHttp({ host, port, metrics, isReady }: HttpOptions): Promise<HttpServer> {
  const server = createServer(async (request, response) => {
    const answer = (code: number, text: string, type = 'text/plain; charset=utf-8'): void => {
      response.writeHead(code, { 'content-type': type, 'cache-control': 'no-store' })
      response.end(request.method === 'HEAD' ? undefined : text)
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(405, 'only GET\n')
    switch (request.url?.split('?')[0]) {
      case '/metrics':
        return answer(200, await metrics.text(), metrics.contentType)
      case '/healthz':
        return answer(200, 'ok\n')
      case '/readyz':
        return isReady() ? answer(200, 'ready\n') : answer(503, 'sources are being opened\n')
      default:
        return answer(404, 'there are /metrics, /healthz and /readyz\n')
    }
  })
  server.requestTimeout = requestMs
  server.headersTimeout = requestMs
  server.maxConnections = mostConnections
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const address = server.address()
  const actual = typeof address === 'object' && address !== null ? address.port : port
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
