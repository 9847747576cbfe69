/** What is wrong with one text, wherever in the file it stands. Pure. */

import { didYouMean } from './did-you-mean.ts'
import type { Location, Problem, ProblemCode } from './problem.ts'

/** Part of a text, in UTF-16 units. */
export interface Extent {
  readonly offset: number
  readonly length: number
}

export class Mistake {
  readonly code: ProblemCode
  readonly message: string
  /** What was probably meant instead of the whole text, or of `part`. */
  readonly suggestion: string | undefined
  /** The part of the text that is wrong; absent: all of it. */
  readonly part: Extent | undefined

  constructor(
    code: ProblemCode,
    message: string,
    more: { suggestion?: string | undefined; part?: Extent } = {},
  ) {
    this.code = code
    this.message = message
    this.suggestion = more.suggestion
    this.part = more.part
  }
}

export const problemOf = ({ code, message, suggestion }: Mistake, location: Location): Problem => ({
  code,
  message,
  ...(suggestion === undefined ? {} : { suggestion }),
  location,
})

/** `expected X, got Y; hint`. */
export const expectedGot = (expected: string, got: string, hint?: string): string =>
  `expected ${expected}, got ${got}${hint === undefined ? '' : `; ${hint}`}`

/** A word that is none of the known ones, and the known one that is near it. */
export function unknownWord(
  code: ProblemCode,
  what: string,
  word: string,
  known: readonly string[],
  part?: Extent,
): Mistake {
  const suggestion = didYouMean(word, known)
  const hint =
    suggestion !== undefined
      ? `did you mean ${quoted(suggestion)}?`
      : `expected ${known.length === 0 ? 'none' : shortList(known)}`
  return new Mistake(code, `unknown ${what} ${quoted(word)}: ${hint}`, {
    suggestion,
    ...(part === undefined ? {} : { part }),
  })
}

/** `text` between quotes on one line, cut when it is long. */
export const quoted = (text: string): string =>
  JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)

const shortList = (words: readonly string[]): string =>
  words.length > 20 ? `${words.slice(0, 20).join(', ')} or another` : words.join(', ')
