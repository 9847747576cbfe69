/** A pattern as it is read, by those who know some of RE2's syntax: its steps. Pure. */

/** The pattern holds what its reader does not know. */
export class Unknown extends Error {}

/** The character that `letter` stands for behind a backslash: punctuation for itself. Undefined where none is known. */
export function unescaped(letter: string): string | undefined {
  if (/[.^$*+?()[\]{}|\\/\-"'#&,:;<=>@_`~%! ]/.test(letter)) return letter
  return letter === 't' ? '\t' : undefined
}

/** What is read of a pattern; undefined where it holds what its reader does not know. */
export function ifKnown<Result>(read: () => Result): Result | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof Unknown) return undefined
    throw error
  }
}

export interface Repeat {
  readonly min: number
  /** May be infinite. */
  readonly max: number
}

const once: Repeat = { min: 1, max: 1 }

export class PatternText {
  readonly #pattern: string
  #at = 0

  constructor(pattern: string) {
    this.#pattern = pattern
  }

  get isAtStart(): boolean {
    return this.#at === 0
  }

  get isAtEnd(): boolean {
    return this.#at === this.#pattern.length
  }

  sees(text: string): boolean {
    return this.#pattern.startsWith(text, this.#at)
  }

  takes(text: string): boolean {
    if (!this.sees(text)) return false
    this.#at += text.length
    return true
  }

  next(): string {
    const point = this.#pattern.codePointAt(this.#at)
    if (point === undefined) throw new Unknown('an open end')
    const char = String.fromCodePoint(point)
    this.#at += char.length
    return char
  }

  /** What comes up to `text`, and takes both. */
  takeTo(text: string): string {
    const found = this.#pattern.indexOf(text, this.#at)
    if (found < 0) throw new Unknown('an open end')
    const taken = this.#pattern.slice(this.#at, found)
    this.#at = found + text.length
    return taken
  }

  /** What begins a group, behind its bracket: its name, if it has one. */
  takeGroupStart(): string | undefined {
    if (!this.takes('?')) return undefined
    if (this.takes('P<') || this.takes('<')) return this.takeTo('>')
    if (!this.takes(':')) throw new Unknown('flags')
    return undefined
  }

  /** How often what came before must come, and may; and whether rather seldom. */
  takeRepeat(): Repeat & { readonly isLazy: boolean } {
    const repeat = this.#repeat()
    if (repeat === undefined) return { ...once, isLazy: false }
    const isLazy = this.takes('?')
    if (this.#repeat() !== undefined) throw new Unknown('a repeated repetition')
    return { ...repeat, isLazy }
  }

  #repeat(): Repeat | undefined {
    if (this.takes('*')) return { min: 0, max: Number.POSITIVE_INFINITY }
    if (this.takes('+')) return { min: 1, max: Number.POSITIVE_INFINITY }
    if (this.takes('?')) return { min: 0, max: 1 }
    const counted = /^\{(\d+)(,(\d*))?\}/.exec(this.#pattern.slice(this.#at, this.#at + 16))
    if (counted === null) return undefined
    const [all, min, comma, max] = counted
    this.#at += all.length
    if (comma === undefined) return { min: Number(min), max: Number(min) }
    return { min: Number(min), max: max === '' ? Number.POSITIVE_INFINITY : Number(max) }
  }
}
