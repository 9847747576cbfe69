/** What the params say about the request's method and address; they come from the web server, and from whoever asked it. */

import type { NameValues } from '../protocol/name-values.ts'

/** The path as the client sent it, without the query. */
export function requestPath(params: NameValues): string {
  const uri = params['REQUEST_URI']
  if (uri === undefined || uri === '') {
    return `${params['SCRIPT_NAME'] ?? ''}${params['PATH_INFO'] ?? ''}` || '/'
  }
  const path = uri.startsWith('/') ? uri : uri.replace(/^[a-z]+:\/\/[^/?]*/i, '')
  const [plain = ''] = path.split('?', 1)
  return plain.startsWith('/') ? plain : `/${plain}`
}

/** What follows the question mark. */
export function requestQuery(params: NameValues): string {
  const uri = params['REQUEST_URI'] ?? ''
  const asked = uri.indexOf('?')
  return asked < 0 ? (params['QUERY_STRING'] ?? '') : uri.slice(asked + 1)
}

/** The full address; of a request that names no valid one, an address with the host `localhost`. */
export function requestUrl(params: NameValues): string {
  const scheme = params['HTTPS'] === 'on' || params['REQUEST_SCHEME'] === 'https' ? 'https' : 'http'
  const query = requestQuery(params)
  const target = encodeURI(requestPath(params)).replaceAll('%25', '%') + (query === '' ? '' : `?${query}`)
  const host = params['HTTP_HOST'] || serverHost(params)
  for (const origin of [`${scheme}://${host}`, `${scheme}://localhost`]) {
    // A path that begins with two slashes must not become a host; a host that is none must not end the request.
    if (URL.canParse(origin) && new URL(origin).pathname === '/') return new URL(origin).origin + target
  }
  return `${scheme}://localhost/`
}

/** Whom a request meant that does not say it. */
function serverHost({ SERVER_NAME: name = '', SERVER_PORT: port = '' }: NameValues): string {
  const host = name.includes(':') && !name.startsWith('[') ? `[${name}]` : name || 'localhost'
  return /^\d+$/.test(port) ? `${host}:${port}` : host
}

/** Methods that `Request` refuses. Web servers do not pass them on by default. */
const forbidden = new Set(['CONNECT', 'TRACE', 'TRACK'])

/** Whether it is a method that a request may have. */
export function isAllowedMethod(method: string): boolean {
  if (method === 'GET' || method === 'POST') return true
  return !forbidden.has(method.toUpperCase()) && /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(method)
}
