/** What was taken out of a slice, in words. Pure. */

import { counted } from './counted.ts'

const nouns: Readonly<Record<string, readonly [one: string, several: string]>> = {
  ipv4: ['IPv4 address', 'IPv4 addresses'],
  ipv6: ['IPv6 address', 'IPv6 addresses'],
  mac: ['hardware address', 'hardware addresses'],
  email: ['mail address', 'mail addresses'],
  domain: ['domain', 'domains'],
  host: ['host', 'hosts'],
  user: ['user', 'users'],
  uuid: ['UUID', 'UUIDs'],
  hex: ['hexadecimal ID', 'hexadecimal IDs'],
  token: ['token', 'tokens'],
  secret: ['secret', 'secrets'],
  value: ['value of a query', 'values of queries'],
}

/** `2 users, 1 token`, with what could not be replaced. */
export function redactionWords(replaced: ReadonlyMap<string, number>, kept: number): string {
  const words = [...replaced].map(([kind, count]) => {
    const [one, several] = nouns[kind] ?? [kind, `${kind}s`]
    return counted(count, one, several)
  })
  const stays =
    kept === 0
      ? ''
      : `; ${counted(kept, 'value')} had to stay, because a rule looks at ${kept === 1 ? 'it' : 'them'}`
  return `replaced ${words.length === 0 ? 'nothing' : words.join(', ')}${stays}; read it before you give it away: no program knows every secret`
}
