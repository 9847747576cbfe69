/** The headers of a request, as the params have them; they come from whoever asked the web server. */

import { pairsIn } from '../protocol/name-values.ts'

/**
 * A header that came on several lines is one whose values stand in a row, as RFC 9110 (5.3) has it. Of those that have one value
 * only the last counts: a setting of the web server stands behind those that it replaces.
 */
export function requestHeaders(rawParams: string): Headers {
  const headers = new Headers()
  for (const [param, value] of pairsIn(rawParams)) {
    const name = headerName(param)
    if (name === undefined || value === '') continue
    const clean = value.replace(/[\0\r\n]/g, ' ')
    const sent = latin1.test(clean) ? clean : encodeURI(clean)
    const before = isSingle.has(name) ? null : headers.get(name)
    headers.set(name, before === null ? sent : `${before}${name === 'cookie' ? ';' : ','} ${sent}`)
  }
  return headers
}

/** The header that a param stands for, in lower case. */
function headerName(param: string): string | undefined {
  if (param === 'CONTENT_TYPE' || param === 'CONTENT_LENGTH') return param.toLowerCase().replace('_', '-')
  // `Proxy:` would become HTTP_PROXY, which programs take for a setting: https://httpoxy.org
  if (!param.startsWith('HTTP_') || param === 'HTTP_PROXY') return undefined
  const name = param.slice(5).toLowerCase().replaceAll('_', '-')
  return /^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name) ? name : undefined
}

/** As Node's own server has it: https://nodejs.org/api/http.html#messageheaders */
const isSingle: ReadonlySet<string> = new Set([
  'age',
  'authorization',
  'content-length',
  'content-type',
  'etag',
  'expires',
  'from',
  'host',
  'if-modified-since',
  'if-unmodified-since',
  'last-modified',
  'location',
  'max-forwards',
  'proxy-authorization',
  'referer',
  'retry-after',
  'server',
  'user-agent',
])

const latin1 = /^[\0-\xff]*$/
