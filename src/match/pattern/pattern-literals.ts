/**
 * What every text that a regular expression matches must hold. Reads as much of RE2's syntax as it takes; whatever it does
 * not know makes it give up, which costs time and never a match. Pure.
 */

import { ifKnown, PatternText, Unknown, unescaped } from './pattern-text.ts'

/** A part of a pattern: exactly one text, or something that holds one of these, or anything (`undefined`). */
type Part = { readonly text: string } | { readonly holds: readonly string[] | undefined }

const mostLiterals = 200

/** Literals of which every match of `pattern` holds one; `undefined` where none are known. */
export function patternLiterals(pattern: string): readonly string[] | undefined {
  return ifKnown(() => {
    const reader = new Reader(pattern)
    const literals = reader.alternatives()
    return reader.text.isAtEnd ? literals : undefined
  })
}

class Reader {
  readonly text: PatternText

  constructor(pattern: string) {
    this.text = new PatternText(pattern)
  }

  /** Up to the end or the `)` that closes the group. */
  alternatives(): readonly string[] | undefined {
    const all: string[] = []
    let isKnown = true
    do {
      const literals = this.#sequence()
      if (literals === undefined) isKnown = false
      else all.push(...literals)
    } while (this.text.takes('|'))
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
    while (!this.text.isAtEnd && !this.text.sees('|') && !this.text.sees(')')) {
      const part = this.#part()
      const { min, max } = this.text.takeRepeat()
      if ('text' in part && min === 1 && max === 1) {
        run += part.text
        continue
      }
      if ('text' in part && min > 0) {
        // At least once: the run goes up to the first of them, and the last begins another.
        consider([run + part.text])
        run = part.text
        continue
      }
      consider([run])
      run = ''
      if ('holds' in part && min > 0) consider(part.holds)
    }
    consider([run])
    return best
  }

  #part(): Part {
    const char = this.text.next()
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
    this.text.takeGroupStart()
    const holds = this.alternatives()
    if (!this.text.takes(')')) throw new Unknown('an open group')
    return { holds }
  }

  #charClass(): Part {
    const { text } = this
    text.takes('^')
    // A bracket that comes first is a member.
    text.takes(']')
    for (;;) {
      if (text.takes(']')) return { holds: undefined }
      if (text.takes('[:')) text.takeTo(']')
      else if (text.next() === '\\') text.next()
    }
  }

  #escape(): Part {
    const letter = this.text.next()
    const char = unescaped(letter)
    if (char !== undefined) return { text: char }
    if (/[dDsSwWbBAz]/.test(letter)) return { holds: undefined }
    throw new Unknown(`\\${letter}`)
  }
}

/** Longer literals, and fewer, let fewer texts through. */
const score = (literals: readonly string[]): number =>
  Math.min(...literals.map(({ length }) => length)) - Math.log2(literals.length) / 2
