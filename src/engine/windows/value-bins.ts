/** The bins of DDSketch (Masson, Rim, Lee, VLDB 2019): every number of a bin is within 1 % of the bin's own. */

const accuracy = 0.01
const gamma = (1 + accuracy) / (1 - accuracy)
const logGamma = Math.log(gamma)
const least = 1e-9
const greatest = 1e15
const lowest = Math.ceil(Math.log(least) / logGamma)
const highest = Math.ceil(Math.log(greatest) / logGamma)
/** Bins of one sign. */
const side = highest - lowest + 1

/** Negative ones from the farthest, zero, positive ones. */
export const binCount = 2 * side + 1

/** Numbers nearer to zero than 10⁻⁹ count as zero, those beyond ±10¹⁵ as that. */
export function binOf(value: number): number {
  const size = Math.abs(value)
  if (size < least) return side
  const bin = Math.min(highest, Math.max(lowest, Math.ceil(Math.log(size) / logGamma))) - lowest + 1
  return value > 0 ? side + bin : side - bin
}

/** The number that stands for a bin. */
export function binValue(bin: number): number {
  if (bin === side) return 0
  const size = (2 * gamma ** (Math.abs(bin - side) - 1 + lowest)) / (gamma + 1)
  return bin > side ? size : -size
}
