/** What in a log line tells of people and machines, or opens doors: addresses, names, tokens. Pure. */

import { isIPv6 } from 'node:net'

export type Kind =
  | 'ipv4'
  | 'ipv6'
  | 'mac'
  | 'email'
  | 'domain'
  | 'host'
  | 'user'
  | 'uuid'
  | 'hex'
  | 'token'
  | 'secret'
  | 'value'

export interface Part {
  readonly kind: Kind
  /** In UTF-16 units. */
  readonly start: number
  readonly end: number
}

interface Pattern {
  readonly kind: Kind
  /** Its first group is the part; every repetition is bounded, because a line may be long. */
  readonly regex: RegExp
  readonly isMeant?: (text: string) => boolean
}

const secretName =
  '(?:pass(?:word|wd|phrase)?|pwd|secret|(?:[a-z]{1,16}[-_])?token|(?:api|access|secret)[-_]?key|authorization|session(?:[-_]?id)?|sid|cookie|signature)'

/** Names that many machines have tell nothing. */
const everywhere =
  /^(?:root|nobody|daemon|bin|sys|www-data|nginx|apache|httpd|postgres|mysql|redis|rabbitmq|sshd|messagebus|systemd[\w-]*|localhost|none|null|unknown|anonymous|user|admin)$/i
const isOwnName = (name: string): boolean => !everywhere.test(name)

const unitSuffix = /\.(?:service|socket|timer|target|slice|scope|mount|path|swap|device)$/i

const topLevels =
  'com|net|org|edu|gov|info|biz|io|dev|app|cloud|online|site|tech|eu|de|at|ch|fr|uk|nl|be|es|it|pl|cz|se|no|fi|dk|ie|pt|us|ca|au|nz|jp|cn|kr|br|ru|za|local|lan|internal|intranet|corp|home|localdomain'

/** Where parts overlap the pattern that comes first has its way. */
const patterns: readonly Pattern[] = [
  {
    kind: 'secret',
    regex: new RegExp(
      `\\b${secretName}["']?\\s{0,3}[=:]\\s{0,3}(?:(?:Bearer|Basic|Digest)\\s{1,3})?["']?([^\\s"'&;,()\\[\\]{}]{1,4096})`,
      'dgi',
    ),
  },
  { kind: 'secret', regex: /\b(?:Bearer|Basic)\s{1,3}([\w.~+/-]{8,4096}={0,2})/dg },
  { kind: 'secret', regex: /\/\/[^\s/@:]{1,128}:([^\s/@]{1,256})@/dg },
  { kind: 'user', regex: /\/\/([^\s/@:]{1,128}):[^\s/@]{1,256}@/dg },
  { kind: 'token', regex: /\b(eyJ[\w-]{5,4096}\.[\w-]{5,4096}\.[\w-]{0,4096})/dg },
  { kind: 'uuid', regex: /(?<![\w-])([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![\w-])/dgi },
  { kind: 'mac', regex: /(?<![\w:-])((?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2})(?![\w:-])/dgi },
  {
    kind: 'email',
    regex: /(?<![\w.+-])([\w.+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8})/dgi,
    isMeant: (text) => !unitSuffix.test(text),
  },
  {
    kind: 'ipv4',
    regex: /(?<![\w.])((?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d))(?!\w|\.\d)/dg,
    isMeant: (text) => !text.startsWith('127.') && text !== '0.0.0.0',
  },
  {
    kind: 'ipv6',
    regex: /(?<![\w:.])([0-9a-f:]{3,39})(?![\w:])/dgi,
    isMeant: (text) => isIPv6(text) && text !== '::1',
  },
  {
    kind: 'hex',
    regex: /(?<![\w-])(?=[0-9a-f]{0,511}[a-f])(?=[0-9a-f]{0,511}\d)([0-9a-f]{16,512})(?![\w-])/dgi,
  },
  {
    kind: 'token',
    regex: /(?<![\w-])([\w-]{24,512})(?![\w-])/dg,
    isMeant: (text) => /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text),
  },
  {
    kind: 'domain',
    regex: new RegExp(
      `(?<![\\w.-])((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.){1,8}(?:${topLevels}))(?![\\w-]|\\.\\w)`,
      'dgi',
    ),
  },
  { kind: 'value', regex: /[?&][\w.[\]-]{1,64}=([^\s&"'<>]{1,2048})/dg },
  { kind: 'user', regex: /\/(?:home|Users)\/([\w.-]{1,64})/dg, isMeant: isOwnName },
  {
    kind: 'user',
    regex: /\b(?:user|username|ruser|logname|login|acct|account)=["']?([A-Za-z_][\w.-]{0,63})/dgi,
    isMeant: isOwnName,
  },
  {
    kind: 'user',
    regex: /\b(?:for|by|of|as|invalid) user[ =:]{1,2}["']?([A-Za-z_][\w.-]{0,63})/dgi,
    isMeant: isOwnName,
  },
  { kind: 'user', regex: /\bfor ([A-Za-z_][\w.-]{0,63}) from (?=[\da-f:.]{3})/dg, isMeant: isOwnName },
  { kind: 'user', regex: /^\S{1,64} \S{1,64} ([A-Za-z_][\w.-]{0,63}) \[\d/dg, isMeant: isOwnName },
  {
    kind: 'host',
    regex: /^(?:<\d{1,3}>)?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d ([A-Za-z][\w.-]{0,63}) /dg,
    isMeant: isOwnName,
  },
  {
    kind: 'host',
    regex:
      /^\d{4}-\d\d-\d\dT[\d:.]{8,15}(?:Z|[+-]\d\d:?\d\d) ([A-Za-z][\w.-]{0,63}) [\w./-]{1,64}\[\d{1,10}\]: /dg,
    isMeant: isOwnName,
  },
]

/** In order, without overlaps. */
export function sensitiveParts(text: string): readonly Part[] {
  const found: Part[] = []
  for (const { kind, regex, isMeant } of patterns) {
    for (const match of text.matchAll(regex)) {
      const [start, end] = match.indices?.[1] ?? [0, 0]
      if (end > start && isMeant?.(text.slice(start, end)) !== false) found.push({ kind, start, end })
    }
  }
  return withoutOverlaps(found, new Uint8Array(text.length))
}

/** Of parts that overlap the first one given stays, unless its place is marked in `taken`; in the order of their places. */
export function withoutOverlaps(parts: readonly Part[], taken: Uint8Array): readonly Part[] {
  const kept = parts.filter(({ start, end }) => {
    if (taken.subarray(start, end).includes(1)) return false
    taken.fill(1, start, end)
    return true
  })
  return kept.sort((one, other) => one.start - other.start)
}
