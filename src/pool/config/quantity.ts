/** Time spans and sizes with their units, as systemd writes them: `1min 30s`, `512M`. */

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  sec: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
  d: 86_400_000,
}

/** Milliseconds, or `undefined` for what is no time span greater than zero. A bare number has no unit and is none. */
export function parseSpan(text: string): number | undefined {
  if (!/^\s*(\d+(\.\d+)?\s*[a-z]+\s*)+$/.test(text)) return undefined
  let total = 0
  for (const [, amount, unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/g)) {
    const factor = unitMs[unit]
    if (factor === undefined) return undefined
    total += Number(amount) * factor
  }
  // setTimeout takes no more than this.
  return total > 0 && total < 2 ** 31 ? total : undefined
}

const unitBytes: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }

/** Bytes, or `undefined` for what is no size. */
export function parseSize(text: string): number | undefined {
  const [, amount, unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([KMG])\s*$/.exec(text) ?? []
  const factor = unitBytes[unit]
  return factor === undefined || Number(amount) === 0 ? undefined : Math.round(Number(amount) * factor)
}
