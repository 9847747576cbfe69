/** Of many tests of texts, those that may be true of one: the literals that they need are looked for all at once. Pure. */

import type { MatchSpec } from './match-spec.ts'
import { literalPattern } from './pattern/literal-pattern.ts'
import { literalsOfAll } from './scan/literals.ts'

/** To look for fewer literals one by one takes no longer. */
const leastLiterals = 4
/** V8 makes no good code for a longer pattern. */
const mostCharacters = 16_384
/** In a longer text they are not looked for: one made for it would hold the starts of many of them everywhere. */
const longestText = 2_048

export interface Indexed<Item> {
  readonly item: Item
  /** It is asked whether any of them is true. */
  readonly specs: readonly MatchSpec[]
}

export class LiteralIndex<Item> {
  readonly #items: readonly Item[]
  /** Those that may be true of any text. */
  readonly #always: readonly Item[]
  /** By a literal that they need. */
  readonly #needing = new Map<string, Item[]>()
  /** By the longest literal at a place of a text, once it was met. */
  readonly #concerned = new Map<string, readonly Item[]>()
  /** Finds that literal. */
  readonly #pattern: RegExp | undefined

  constructor(indexed: readonly Indexed<Item>[]) {
    this.#items = indexed.map(({ item }) => item)
    const always: Item[] = []
    for (const { item, specs } of indexed) {
      const literals = literalsOfAll(specs)
      if (literals === undefined) always.push(item)
      for (const literal of literals ?? []) {
        const needing = this.#needing.get(literal)
        if (needing === undefined) this.#needing.set(literal, [item])
        else needing.push(item)
      }
    }
    this.#always = always
    const literals = [...this.#needing.keys()]
    const characters = literals.reduce((sum, { length }) => sum + length, 0)
    if (literals.length < leastLiterals || characters > mostCharacters) return
    // What begins with another comes before it.
    this.#pattern = new RegExp(literals.sort().reverse().map(literalPattern).join('|'), 'g')
  }

  /** The items in their order, but for those that are not true of `text`. */
  of(text: string): readonly Item[] {
    const pattern = this.#pattern
    if (pattern === undefined || text.length > longestText) return this.#items
    const found = new Set<string>()
    pattern.lastIndex = 0
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      found.add(match[0])
      // Literals may overlap.
      pattern.lastIndex = match.index + 1
    }
    const [first, second] = found
    if (first === undefined) return this.#always
    return second === undefined
      ? this.#concernedBy(first)
      : this.#inOrder([...found].flatMap((literal) => this.#concernedBy(literal)))
  }

  /** Those that need the literal, or a text that it begins with. */
  #concernedBy(literal: string): readonly Item[] {
    const known = this.#concerned.get(literal)
    if (known !== undefined) return known
    const starts = Array.from({ length: literal.length }, (_, index) => literal.slice(0, index + 1))
    const needing = starts.flatMap((start) => this.#needing.get(start) ?? [])
    const concerned = this.#inOrder([...this.#always, ...needing])
    this.#concerned.set(literal, concerned)
    return concerned
  }

  #inOrder(items: readonly Item[]): readonly Item[] {
    const wanted = new Set(items)
    return this.#items.filter((item) => wanted.has(item))
  }
}
