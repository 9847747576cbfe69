/** How the times of a log are written, as a rule file says it: the directives of strptime(3). Pure. */

import { expectedGot, Mistake, quoted } from './mistake.ts'

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
  /** `Z`, `UTC`, `+02:00`, `+0200`; any other word for a zone says nothing. */
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
const abbreviations: Readonly<Record<string, string>> = { F: '%Y-%m-%d', T: '%H:%M:%S', R: '%H:%M' }

export const layoutWords = 'a format such as %Y-%m-%d %H:%M:%S'

/** Reads `%Y-%m-%d %H:%M:%S%?f`; a `?` after the `%` makes a directive optional. */
export function parseLayout(text: string): readonly LayoutPart[] | Mistake {
  const parts: LayoutPart[] = []
  const whole = text.replace(/%([FTR])/g, (_, name: string) => abbreviations[name] ?? '')
  for (const [piece, optional, name, blank] of whole.matchAll(/%(\??)(.?)|(\s+)|[^%\s]+/gs)) {
    if (blank !== undefined) parts.push({ kind: 'blank' })
    else if (name === undefined) parts.push({ kind: 'text', text: piece })
    else if (name === '%') parts.push({ kind: 'text', text: '%' })
    else {
      const kind = directives[name]
      if (kind === undefined) return unknown(text, piece)
      parts.push({ kind, optional: optional === '?' })
    }
  }
  const has = (...kinds: readonly string[]): boolean => parts.some(({ kind }) => kinds.includes(kind))
  const isDated = has('month', 'month-name') && has('day') && has('hour', 'hour-of-half') && has('minute')
  if (has('epoch') || isDated) return parts
  return new Mistake(
    'bad-value',
    expectedGot(layoutWords, quoted(text), 'it needs a month, a day, an hour and a minute, or %s'),
  )
}

const unknown = (text: string, piece: string): Mistake =>
  new Mistake(
    'bad-value',
    expectedGot(
      'a directive of strptime(3)',
      quoted(piece),
      `known are %${Object.keys(directives).join(' %')} %F %T %R %%`,
    ),
    { part: { offset: text.indexOf(piece), length: piece.length } },
  )
