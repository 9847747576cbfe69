/** Where to listen, as a configuration or an option says it in one word: `127.0.0.1:9000`, `./site.sock`, `systemd`, `fd:3`. */

import { isIPv4, isIPv6 } from 'node:net'

export type ListenAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  /** As it was written, relative or absolute. */
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'descriptor'; readonly fd: number }
  | { readonly kind: 'systemd' }

/** `undefined` for what is none. Names of hosts are none, but for `localhost`: one can stand for several addresses, or for none yet. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  if (text === 'systemd') return { kind: 'systemd' }
  const [, fd] = /^fd:(\d+)$/.exec(text) ?? []
  if (fd !== undefined) return { kind: 'descriptor', fd: Number(fd) }
  if (text.includes('/')) return { kind: 'unix', path: text }
  const [, six, four = 'localhost', digits] = /^(?:(?:\[(.*)\]|([^[\]:]+)):)?(\d+)$/.exec(text) ?? []
  const port = Number(digits)
  // That of an undefined text is no number, which is not above zero.
  if (!(port > 0 && port <= 65_535)) return undefined
  if (six !== undefined) return isIPv6(six) ? { kind: 'tcp', host: six, port } : undefined
  const host = four === 'localhost' ? '127.0.0.1' : four
  return isIPv4(host) ? { kind: 'tcp', host, port } : undefined
}
