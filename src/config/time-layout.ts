/** How the times of a log are written, as a rule file says it: the directives of strptime(3). Pure. */

import { type Extent, expectedGot, Mistake, quoted } from './mistake.ts'

export type LayoutPart =
  | { readonly kind: 'text'; readonly text: string }
  /** One blank or more. */
  | { readonly kind: 'blank' }
  | DirectivePart

export interface DirectivePart {
  readonly kind: Directive
  readonly optional: boolean
}

export type Directive =
  | 'year'
  | 'year-of-century'
  | 'month'
  | 'month-name'
  | 'day'
  | 'weekday'
  | 'hour'
  | 'hour-of-half'
  | 'half'
  | 'minute'
  | 'second'
  /** `.123` or `,123456`, the point included. */
  | 'fraction'
  /** `123456`: the text before it has the point. */
  | 'decimals'
  /** `Z`, `UTC`, `+02:00`, `+0200`, `Europe/Berlin`; a word that is none of them says nothing. */
  | 'zone'
  /** Seconds since 1970. */
  | 'epoch'

const directives: Readonly<Record<string, Directive>> = {
  Y: 'year',
  y: 'year-of-century',
  m: 'month',
  b: 'month-name',
  B: 'month-name',
  h: 'month-name',
  d: 'day',
  e: 'day',
  a: 'weekday',
  A: 'weekday',
  H: 'hour',
  k: 'hour',
  I: 'hour-of-half',
  l: 'hour-of-half',
  p: 'half',
  M: 'minute',
  S: 'second',
  f: 'fraction',
  z: 'zone',
  Z: 'zone',
  s: 'epoch',
}

const text = (text: string): LayoutPart => ({ kind: 'text', text })
const directive = (kind: Directive, optional = false): DirectivePart => ({ kind, optional })

const abbreviations: Readonly<Record<string, readonly LayoutPart[]>> = {
  F: [directive('year'), text('-'), directive('month'), text('-'), directive('day')],
  T: [directive('hour'), text(':'), directive('minute'), text(':'), directive('second')],
  R: [directive('hour'), text(':'), directive('minute')],
}

/** Said twice, it could be said in two ways. */
const alike: readonly (readonly Directive[])[] = [
  ['year', 'year-of-century'],
  ['month', 'month-name'],
  ['day'],
  ['hour', 'hour-of-half'],
  ['half'],
  ['minute'],
  ['second'],
  ['fraction', 'decimals'],
  ['zone'],
  ['epoch'],
]

export const layoutWords = 'a format such as %Y-%m-%d %H:%M:%S'

/** Reads `%Y-%m-%d %H:%M:%S%?f`; a `?` after the `%` makes a directive optional. */
export function parseLayout(layout: string): readonly LayoutPart[] | Mistake {
  const parts: LayoutPart[] = []
  for (const match of layout.matchAll(/%(\??)(.?)|(\s+)|[^%\s]+/gsu)) {
    const [piece, optional, name, blank] = match
    const place = { offset: match.index, length: piece.length }
    const meant =
      blank !== undefined
        ? [{ kind: 'blank' as const }]
        : name === undefined
          ? [text(piece)]
          : directed(name, optional === '?', parts.at(-1))
    if (meant === undefined) return wrong('a directive of strptime(3)', piece, `known are ${known}`, place)
    for (const part of meant) {
      if (alike.some((kinds) => has([part], kinds) && has(parts, kinds)))
        return wrong('each part of a time once', piece, 'something before it says the same', place)
      parts.push(part)
    }
  }
  const missing = missingIn(parts)
  return missing === undefined ? parts : wrong(layoutWords, layout, missing)
}

const known = [...Object.keys(directives), ...Object.keys(abbreviations), '%']
  .map((name) => `%${name}`)
  .join(' ')

/** What `%name` stands for behind the part `before`; `undefined` where it is no directive. */
function directed(
  name: string,
  optional: boolean,
  before: LayoutPart | undefined,
): readonly LayoutPart[] | undefined {
  if (name === '%') return optional ? undefined : [text('%')]
  const kind = directives[name]
  if (kind === undefined) return optional ? undefined : abbreviations[name]
  return [directive(kind === 'fraction' && before?.kind === 'text' ? 'decimals' : kind, optional)]
}

const has = (parts: readonly LayoutPart[], kinds: readonly Directive[]): boolean =>
  parts.some(({ kind }) => kinds.some((other) => other === kind))

function missingIn(parts: readonly LayoutPart[]): string | undefined {
  if (has(parts, ['epoch'])) return undefined
  const isDated = has(parts, ['month', 'month-name']) && has(parts, ['day'])
  if (!isDated || !has(parts, ['hour', 'hour-of-half']) || !has(parts, ['minute']))
    return 'it needs a month, a day, an hour and a minute, or %s'
  if (has(parts, ['hour-of-half']) !== has(parts, ['half']))
    return '%I and %p need each other; %H is of 24 hours'
  return undefined
}

const wrong = (expected: string, got: string, hint: string, part?: Extent): Mistake =>
  new Mistake('bad-value', expectedGot(expected, quoted(got), hint), part === undefined ? {} : { part })
