/** Sets of characters, exact for ASCII, and classes of them in V8's regular expressions. Pure. */

const asciiCount = 128

export interface CharSet {
  /** Those of its characters that are ASCII, as numbers. */
  readonly ascii: ReadonlySet<number>
  /** It may hold others, too. */
  readonly others: boolean
}

export interface CharClass extends CharSet {
  /** What it is in a regular expression with the flag u. */
  readonly source: string
}

/** From one character up to another. */
export type Range = readonly [first: number, last: number]

const codeOf = (char: string): number => char.codePointAt(0) ?? 0

export function charSet(ranges: readonly Range[], isNegated = false): CharClass {
  const source = `[${isNegated ? '^' : ''}${ranges.map(([first, last]) => `${escaped(first)}-${escaped(last)}`).join('')}]`
  const holds = (code: number) => ranges.some(([first, last]) => code >= first && code <= last) !== isNegated
  const ascii = new Set(Array.from({ length: asciiCount }, (_, code) => code).filter(holds))
  return { source, ascii, others: isNegated || ranges.some(([, last]) => last >= asciiCount) }
}

export function onlyChar(char: string): CharClass {
  const code = codeOf(char)
  const isAscii = code < asciiCount
  return { source: escaped(code), ascii: new Set(isAscii ? [code] : []), others: !isAscii }
}

export function union(sets: readonly CharSet[]): CharSet {
  const ascii = new Set(sets.flatMap((set) => [...set.ascii]))
  return { ascii, others: sets.some(({ others }) => others) }
}

/** They hold no character together. */
export function areDisjoint(one: CharSet, other: CharSet): boolean {
  if (one.others && other.others) return false
  for (const code of one.ascii) if (other.ascii.has(code)) return false
  return true
}

export const holdsChar = (set: CharSet, char: string): boolean => {
  const code = codeOf(char)
  return code < asciiCount ? set.ascii.has(code) : set.others
}

const rangesOf: Record<string, readonly Range[]> = {
  d: [[48, 57]],
  w: [
    [48, 57],
    [65, 90],
    [95, 95],
    [97, 122],
  ],
  s: [
    [9, 10],
    [12, 13],
    [32, 32],
  ],
}

/** RE2's `\d`, `\W` and so on, which are ASCII's; undefined where `letter` names none. */
export function perlClass(
  letter: string,
): { readonly ranges: readonly Range[]; readonly isNegated: boolean } | undefined {
  const ranges = rangesOf[letter.toLowerCase()]
  return ranges === undefined ? undefined : { ranges, isNegated: letter !== letter.toLowerCase() }
}

const escaped = (code: number): string => {
  const char = String.fromCodePoint(code)
  return /[0-9A-Za-z ]/.test(char) ? char : `\\u{${code.toString(16)}}`
}
