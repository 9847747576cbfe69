/**
 * What every text that a regular expression matches must hold. Reads as much of RE2's syntax as it takes; whatever it does
 * not know makes it give up, which costs time and never a match. Pure.
 */

/** A part of a pattern: exactly one text, or something that holds one of these, or anything (`undefined`). */
type Part = { readonly text: string } | { readonly holds: readonly string[] | undefined }

class Unknown extends Error {}

const mostLiterals = 200

/** Literals of which every match of `pattern` holds one; `undefined` where none are known. */
export function patternLiterals(pattern: string): readonly string[] | undefined {
  try {
    const reader = new Reader(pattern)
    const literals = reader.alternatives()
    return reader.isAtEnd ? literals : undefined
  } catch (error) {
    if (error instanceof Unknown) return undefined
    throw error
  }
}

class Reader {
  readonly #pattern: string
  #at = 0

  constructor(pattern: string) {
    this.#pattern = pattern
  }

  get isAtEnd(): boolean {
    return this.#at === this.#pattern.length
  }

  /** Up to the end or the `)` that closes the group. */
  alternatives(): readonly string[] | undefined {
    const all: string[] = []
    let isKnown = true
    do {
      const literals = this.#sequence()
      if (literals === undefined) isKnown = false
      else all.push(...literals)
    } while (this.#takes('|'))
    return isKnown && all.length <= mostLiterals ? all : undefined
  }

  /** The best of what its parts must hold; neighbouring texts are one. */
  #sequence(): readonly string[] | undefined {
    let best: readonly string[] | undefined
    let run = ''
    const consider = (literals: readonly string[] | undefined): void => {
      if (literals === undefined || literals.length === 0 || literals.includes('')) return
      if (best === undefined || score(literals) > score(best)) best = literals
    }
    while (!this.isAtEnd && !this.#sees('|') && !this.#sees(')')) {
      const part = this.#part()
      const repeat = this.#repeat()
      if ('text' in part && repeat === 'once') {
        run += part.text
        continue
      }
      if ('text' in part && repeat === 'more') {
        // At least once: the run goes up to the first of them, and the last begins another.
        consider([run + part.text])
        run = part.text
        continue
      }
      consider([run])
      run = ''
      if ('holds' in part && repeat !== 'optional') consider(part.holds)
    }
    consider([run])
    return best
  }

  #part(): Part {
    const char = this.#next()
    switch (char) {
      case '(':
        return this.#group()
      case '[':
        return this.#charClass()
      case '.':
      case '^':
      case '$':
        return { holds: undefined }
      case '\\':
        return this.#escape()
      case '*':
      case '+':
      case '?':
        throw new Unknown('nothing to repeat')
      default:
        return { text: char }
    }
  }

  #group(): Part {
    if (this.#takes('?')) {
      if (this.#takes('P<') || this.#takes('<')) this.#skipTo('>')
      else if (!this.#takes(':')) throw new Unknown('flags')
    }
    const holds = this.alternatives()
    if (!this.#takes(')')) throw new Unknown('an open group')
    return { holds }
  }

  #charClass(): Part {
    this.#takes('^')
    // A bracket that comes first is a member.
    this.#takes(']')
    for (;;) {
      if (this.#takes(']')) return { holds: undefined }
      if (this.#takes('[:')) this.#skipTo(']')
      else if (this.#next() === '\\') this.#next()
    }
  }

  #escape(): Part {
    const char = this.#next()
    if (/[.^$*+?()[\]{}|\\/\-"'#&,:;<=>@_`~%! ]/.test(char)) return { text: char }
    if (/[dDsSwWbBAz]/.test(char)) return { holds: undefined }
    if (char === 't') return { text: '\t' }
    throw new Unknown(`\\${char}`)
  }

  /** How often what came before must come. */
  #repeat(): 'once' | 'more' | 'optional' {
    let repeat: 'once' | 'more' | 'optional' = 'once'
    if (this.#takes('*') || this.#takes('?')) repeat = 'optional'
    else if (this.#takes('+')) repeat = 'more'
    else {
      const counted = /^\{(\d+)(?:,(\d*))?\}/.exec(this.#pattern.slice(this.#at, this.#at + 16))
      if (counted === null) return 'once'
      this.#at += counted[0].length
      repeat = Number(counted[1]) === 0 ? 'optional' : 'more'
    }
    this.#takes('?')
    if (this.#sees('*') || this.#sees('+') || this.#sees('?')) throw new Unknown('a repeated repetition')
    return repeat
  }

  #sees(text: string): boolean {
    return this.#pattern.startsWith(text, this.#at)
  }

  #takes(text: string): boolean {
    if (!this.#sees(text)) return false
    this.#at += text.length
    return true
  }

  #next(): string {
    const point = this.#pattern.codePointAt(this.#at)
    if (point === undefined) throw new Unknown('an open end')
    const char = String.fromCodePoint(point)
    this.#at += char.length
    return char
  }

  #skipTo(text: string): void {
    const found = this.#pattern.indexOf(text, this.#at)
    if (found < 0) throw new Unknown('an open end')
    this.#at = found + text.length
  }
}

/** Longer literals, and fewer, let fewer texts through. */
const score = (literals: readonly string[]): number =>
  Math.min(...literals.map(({ length }) => length)) - Math.log2(literals.length) / 2
