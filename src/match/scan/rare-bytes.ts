/** Which bytes of a literal are rare in logs: the fewer candidates there are, the faster a search is. Pure. */

/** From the rarest to the most frequent, as far as they are not rare at all; in the logs of several programs. */
const frequent = new TextEncoder().encode(
  'QZXJ~^`\\|KYVU{}?!;&%#@*HGWBFO$+NLDPRTCAIMSE<>\'"jqz(),=_[]/kvx-ywb2357864.g90f1p:hmucdlrisnatoe ',
)

const frequency: Uint8Array = new Uint8Array(256)
frequent.forEach((byte, index) => {
  frequency[byte] = index + 1
})

/** Places of two bytes of a literal, which may be the same place. */
export type Pair = readonly [first: number, second: number]

/** Places so many of which are tried with each other. */
const rarestPlaces = 8

/** The two bytes of `literal` that are likely to be rare, where nothing is known of the log. */
export function likelyPair(literal: Uint8Array): Pair {
  const [first = 0, second = first] = byFrequency(literal)
  return [first, second]
}

/**
 * The two bytes of `literal` that are rarely found together in a log, at the same distance. `count` says how often a pair is in some
 * part of it. Each byte of a word may be rare, and the word frequent: so they are counted together.
 */
export function rarestPair(literal: Uint8Array, count: (pair: Pair) => number): Pair {
  const places = byFrequency(literal)
    .map((place) => ({ place, found: count([place, place]) }))
    .sort((a, b) => a.found - b.found)
    .slice(0, rarestPlaces)
  let rarest = likelyPair(literal)
  let least = count(rarest)
  for (const { place: first } of places) {
    for (const { place: second } of places) {
      if (least === 0) return rarest
      const found = first < second ? count([first, second]) : least
      if (found < least) [rarest, least] = [[first, second], found]
    }
  }
  return rarest
}

/** The rarest first. */
const byFrequency = (literal: Uint8Array): readonly number[] =>
  [...literal.keys()].sort((a, b) => frequencyAt(literal, a) - frequencyAt(literal, b))

const frequencyAt = (literal: Uint8Array, place: number): number => frequency[literal[place] ?? 0] ?? 0
