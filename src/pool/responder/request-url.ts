/** What the params say about the request's method, address and headers; they come from the web server, and from whoever asked it. */

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
  const host = params['HTTP_HOST'] || params['SERVER_NAME'] || 'localhost'
  for (const origin of [`${scheme}://${host}`, `${scheme}://localhost`]) {
    // A path that begins with two slashes must not become a host; a host that is none must not end the request.
    if (URL.canParse(origin) && new URL(origin).pathname === '/') return new URL(origin).origin + target
  }
  return `${scheme}://localhost/`
}

/** Methods that `Request` refuses. Web servers do not pass them on by default. */
const forbidden = new Set(['CONNECT', 'TRACE', 'TRACK'])

/** Whether it is a method that a request may have. */
export function isAllowedMethod(method: string): boolean {
  if (method === 'GET' || method === 'POST') return true
  return !forbidden.has(method.toUpperCase()) && /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(method)
}

export function requestHeaders(params: NameValues): Headers {
  const headers = new Headers()
  const add = (name: string, value: string | undefined): void => {
    if (value === undefined || value === '') return
    const clean = value.replace(/[\0\r\n]/g, ' ')
    if (/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name))
      headers.set(name, latin1.test(clean) ? clean : encodeURI(clean))
  }
  for (const name of Object.keys(params)) {
    // `Proxy:` would become HTTP_PROXY, which programs take for a setting: https://httpoxy.org
    if (name.startsWith('HTTP_') && name !== 'HTTP_PROXY') {
      add(name.slice(5).toLowerCase().replaceAll('_', '-'), params[name])
    }
  }
  add('content-type', params['CONTENT_TYPE'])
  add('content-length', params['CONTENT_LENGTH'])
  return headers
}

const latin1 = /^[\0-\xff]*$/
