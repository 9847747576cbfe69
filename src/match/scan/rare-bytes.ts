/** Which bytes of a literal are rare in logs: the fewer candidates there are, the faster a search is. Pure. */

/** From the rarest to the most frequent, as far as they are not rare at all; in the logs of several programs. */
const frequent = new TextEncoder().encode(
  'QZXJ~^`\\|KYVU{}?!;&%#@*HGWBFO$+NLDPRTCAIMSE<>\'"jqz(),=_[]/kvx-ywb2357864.g90f1p:hmucdlrisnatoe ',
)

const frequency: Uint8Array = new Uint8Array(256)
frequent.forEach((byte, index) => {
  frequency[byte] = index + 1
})

/** Places of the two rarest bytes of `literal`, which may be the same place where there is one byte only. */
export function rarestTwo(literal: Uint8Array): readonly [first: number, second: number] {
  const places = [...literal.keys()].sort((a, b) => frequencyAt(literal, a) - frequencyAt(literal, b))
  const [first = 0, second = first] = places
  return [first, second]
}

const frequencyAt = (literal: Uint8Array, place: number): number => frequency[literal[place] ?? 0] ?? 0
