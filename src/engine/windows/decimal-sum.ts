/** A sum of decimal numbers, exact however many come and go: what a person with paper would get. */

interface Decimal {
  readonly digits: bigint
  /** How many of the digits stand behind the point. */
  readonly decimals: number
}

/**
 * Numbers are those that `String` shows, so that 0.1 is a tenth and 0.1 + 0.2 is not above 0.3. What was subtracted leaves
 * nothing behind.
 */
export class DecimalSum {
  #digits = 0n
  #decimals = 0

  add(value: number): void {
    const { digits, decimals } = decimalOf(value)
    if (decimals > this.#decimals) {
      this.#digits *= 10n ** BigInt(decimals - this.#decimals)
      this.#decimals = decimals
    }
    this.#digits += scaled(digits, this.#decimals - decimals)
    if (this.#digits === 0n) this.#decimals = 0
  }

  subtract(value: number): void {
    this.add(-value)
  }

  /** Positive when the sum is greater than `limit` × `times`, negative when less, 0 when equal. */
  compare(limit: number, times: number): number {
    const { digits, decimals } = decimalOf(limit)
    const sum = scaled(this.#digits, decimals - this.#decimals)
    const product = scaled(digits * BigInt(times), this.#decimals - decimals)
    return sum > product ? 1 : sum < product ? -1 : 0
  }

  /** The sum as the nearest number. */
  get value(): number {
    return Number(`${this.#digits}e${-this.#decimals}`)
  }
}

const scaled = (digits: bigint, places: number): bigint =>
  places > 0 ? digits * 10n ** BigInt(places) : digits

function decimalOf(value: number): Decimal {
  if (Number.isSafeInteger(value)) return { digits: BigInt(value), decimals: 0 }
  const [mantissa = '', exponent = '0'] = String(value).split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  const digits = BigInt(whole + fraction)
  const decimals = fraction.length - Number(exponent)
  return decimals >= 0 ? { digits, decimals } : { digits: scaled(digits, -decimals), decimals: 0 }
}
