/** Of many tests of texts, those that may be true of one: the literals that they need are looked for all at once. Pure. */

import type { MatchSpec } from './match-spec.ts'
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
  /** Places of the items that may be true of any text. */
  readonly #always: readonly number[]
  readonly #none: readonly Item[]
  /** Of each literal the places of the items that need it, or a text that it begins with; and of those of `#always`. */
  readonly #places = new Map<string, readonly number[]>()
  /** Finds the longest literal at each place of a text. */
  readonly #pattern: RegExp | undefined

  constructor(indexed: readonly Indexed<Item>[]) {
    this.#items = indexed.map(({ item }) => item)
    const needed = indexed.map(({ specs }) => literalsOfAll(specs))
    this.#always = needed.flatMap((literals, place) => (literals === undefined ? [place] : []))
    this.#none = this.#at(this.#always)
    const places = new Map<string, number[]>()
    needed.forEach((literals, place) => {
      for (const literal of literals ?? []) places.set(literal, [...(places.get(literal) ?? []), place])
    })
    const literals = [...places.keys()]
    const characters = literals.reduce((sum, { length }) => sum + length, 0)
    if (literals.length < leastLiterals || characters > mostCharacters) return
    for (const literal of literals) {
      const starts = Array.from({ length: literal.length }, (_, index) => literal.slice(0, index + 1))
      const own = starts.flatMap((start) => places.get(start) ?? [])
      this.#places.set(literal, inOrder([...this.#always, ...own]))
    }
    // What begins with another comes before it.
    this.#pattern = new RegExp(literals.sort().reverse().map(escaped).join('|'), 'g')
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
    if (found.size === 0) return this.#none
    const [only = [], ...more] = [...found].map((literal) => this.#places.get(literal) ?? this.#always)
    return this.#at(more.length === 0 ? only : inOrder([...only, ...more.flat()]))
  }

  #at(places: readonly number[]): readonly Item[] {
    const items = this.#items
    return items.length === places.length ? items : places.flatMap((place) => items.slice(place, place + 1))
  }
}

const inOrder = (places: readonly number[]): readonly number[] => [...new Set(places)].sort((a, b) => a - b)

const escaped = (literal: string): string => literal.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
