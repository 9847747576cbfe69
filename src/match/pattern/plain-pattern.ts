/**
 * Patterns that V8's own regular expressions match in a time that grows with the text alone: literals, and repeated classes of
 * characters that tell by themselves where they end. Most patterns of rules are of this kind, and V8 takes a fraction of the time
 * that an automaton takes. It finds the same as RE2, which was made to find what those that try one way after another find. Pure.
 */

import {
  areDisjoint,
  type CharClass,
  type CharSet,
  charSet,
  holdsChar,
  onlyChar,
  perlClass,
  type Range,
  union,
} from './char-set.ts'
import { ifKnown, PatternText, type Repeat, Unknown, unescaped } from './pattern-text.ts'

export interface PlainPattern {
  /** For V8, with the flag u. Its groups are those that are named. */
  readonly source: string
  /** Of the groups, in their order. */
  readonly names: readonly string[]
  /** What it tries at one place at most, besides what repetitions without a limit go over. */
  readonly steps: number
}

/** A character of a set, so often. */
interface Item extends Repeat {
  readonly set: CharSet
  /** Where it is one character. */
  readonly char?: string
}

/** What is repeated at most so often counts as something of a fixed length. */
const mostCounted = 64
/** Ways through the alternatives of all groups together. */
const mostWays = 64

/** `pattern` as V8 may have it; undefined where it might take long, or more is in it than is known here. */
export function plainPattern(pattern: string): PlainPattern | undefined {
  return ifKnown(() => new Reader(pattern).read())
}

class Reader {
  readonly #text: PatternText
  readonly #names: string[] = []
  #items: Item[] = []
  #source = ''
  #ways = 1
  #steps = 0
  #isAnchored = false
  /** Its latest part takes no character. */
  #isBound = false

  constructor(pattern: string) {
    this.#text = new PatternText(pattern)
  }

  read(): PlainPattern | undefined {
    this.#alternatives()
    if (!this.#text.isAtEnd) throw new Unknown('a bracket')
    const items = this.#items
    // What the last repetition has begun is a match, unless something must be behind it.
    const mayFail = this.#isBound ? items : items.slice(0, -1)
    const isSeldomBegun = this.#isAnchored || isNotWithin(startOf(items), mayFail)
    const isPlain = this.#ways <= mostWays && endsByItself(items) && isSeldomBegun
    return isPlain ? { source: this.#source, names: this.#names, steps: this.#steps } : undefined
  }

  /** Up to the end or the `)` that closes the group. Where there are several, they are texts. */
  #alternatives(): void {
    const before = this.#items
    const names = this.#names.length
    const firsts: CharSet[] = []
    for (;;) {
      this.#items = []
      this.#sequence()
      if (firsts.length === 0 && !this.#text.sees('|')) {
        this.#items = [...before, ...this.#items]
        return
      }
      const [first] = this.#items
      if (
        first === undefined ||
        this.#names.length > names ||
        !this.#items.every(({ char }) => char !== undefined)
      )
        throw new Unknown('alternatives that are no texts')
      firsts.push(first.set)
      if (!this.#text.takes('|')) break
      this.#source += '|'
    }
    this.#ways *= firsts.length
    this.#items = [...before, { set: union(firsts), min: 1, max: 1 }]
  }

  #sequence(): void {
    const text = this.#text
    while (!text.isAtEnd && !text.sees('|') && !text.sees(')')) {
      if (text.takes('(')) this.#group()
      else if (text.isAtStart && text.takes('^')) this.#anchor()
      else if (text.takes('\\b')) this.#bound('\\b')
      else if (text.takes('$')) {
        if (!text.isAtEnd) throw new Unknown('an end within')
        this.#bound('$')
      } else this.#item()
    }
  }

  #anchor(): void {
    this.#isAnchored = true
    this.#bound('^')
  }

  /** What takes no character. */
  #bound(source: string): void {
    this.#once()
    this.#source += source
    this.#isBound = true
  }

  #group(): void {
    const name = this.#text.takeGroupStart()
    if (name !== undefined) this.#names.push(name)
    this.#source += name === undefined ? '(?:' : '('
    this.#alternatives()
    if (!this.#text.takes(')')) throw new Unknown('an open group')
    this.#source += ')'
    this.#once()
  }

  #once(): void {
    const { min, max } = this.#text.takeRepeat()
    if (min !== 1 || max !== 1) throw new Unknown('a repeated group')
  }

  #item(): void {
    const { set, char } = this.#set()
    const { min, max, isLazy } = this.#text.takeRepeat()
    if (isLazy) throw new Unknown('a lazy repetition')
    this.#isBound = false
    this.#steps += Number.isFinite(max) ? max : min + 1
    const isOnce = min === 1 && max === 1
    this.#items.push(isOnce && char !== undefined ? { set, min, max, char } : { set, min, max })
    this.#source += isOnce
      ? set.source
      : `${set.source}{${min},${max === Number.POSITIVE_INFINITY ? '' : max}}`
  }

  #set(): { readonly set: CharClass; readonly char?: string } {
    const char = this.#text.next()
    switch (char) {
      case '.':
        return { set: charSet([[10, 10]], true) }
      case '[':
        return { set: this.#charClass() }
      case '\\':
        return this.#escape()
      case '*':
      case '+':
      case '?':
      case '^':
        throw new Unknown(char)
      default:
        return { set: onlyChar(char), char }
    }
  }

  #escape(): { readonly set: CharClass; readonly char?: string } {
    const letter = this.#text.next()
    const known = perlClass(letter)
    if (known !== undefined) return { set: charSet(known.ranges, known.isNegated) }
    const char = escapedBy(letter)
    return { set: onlyChar(char), char }
  }

  #charClass(): CharClass {
    const text = this.#text
    const isNegated = text.takes('^')
    const ranges: Range[] = []
    // A bracket that comes first is a member.
    for (let isFirst = true; isFirst || !text.takes(']'); isFirst = false) {
      if (text.takes('[:')) throw new Unknown('a named class')
      const first = this.#member()
      if (typeof first !== 'number') ranges.push(...first)
      else if (!text.sees('-') || text.sees('-]')) ranges.push([first, first])
      else {
        text.takes('-')
        const last = this.#member()
        if (typeof last !== 'number' || last < first) throw new Unknown('a range')
        ranges.push([first, last])
      }
    }
    return charSet(ranges, isNegated)
  }

  /** A character, or those of a class. */
  #member(): number | readonly Range[] {
    const char = this.#text.next()
    if (char !== '\\') return char.codePointAt(0) ?? 0
    const letter = this.#text.next()
    const known = perlClass(letter)
    if (known === undefined) return escapedBy(letter).codePointAt(0) ?? 0
    if (known.isNegated) throw new Unknown('a negated class in another')
    return known.ranges
  }
}

function escapedBy(letter: string): string {
  const char = unescaped(letter)
  if (char === undefined) throw new Unknown(`\\${letter}`)
  return char
}

/** Where a repetition ends is told by the character behind it: whoever gives one back finds nothing else. */
function endsByItself(items: readonly Item[]): boolean {
  return items.every(({ set, min, max }, index) => {
    if (min === max) return true
    for (const next of items.slice(index + 1)) {
      if (!areDisjoint(set, next.set)) return false
      if (next.min > 0) return true
    }
    return true
  })
}

/** The text that every match begins with. */
function startOf(items: readonly Item[]): readonly string[] {
  const start: string[] = []
  for (const { char } of items) {
    if (char === undefined) break
    start.push(char)
  }
  return start
}

/** No repetition goes over the start of another match: so what one has gone over in vain is not gone over by many others. */
function isNotWithin(start: readonly string[], items: readonly Item[]): boolean {
  return items.every(({ set, max }) => max <= mostCounted || start.some((char) => !holdsChar(set, char)))
}
