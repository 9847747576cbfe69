/** Times as counts since 1970: `1715915564`, `1715915564.123`, `[1715915564123]`, `audit(1715915564.123:7)`. */

import { instant } from '../../engine/time.ts'
import { afterDigits, decimals } from './digits.ts'
import type { Parsed, TimeFormat } from './time-format.ts'
import { isWordPart } from './zone-text.ts'

/** From 2001-09-09 to 2100: other numbers are taken for numbers. */
const earliest = 1_000_000_000
const latest = 4_102_444_800

/** Microseconds of one, by how many digits the count has. */
const units: ReadonlyMap<number, number> = new Map([
  [10, 1_000_000],
  [13, 1_000],
  [16, 1],
  [19, 0.001],
])

const point = 46
const comma = 44

/** The time at `start`, where no word and no other number goes on behind it. */
export function epochAt(line: string, start: number): Parsed | undefined {
  const end = afterDigits(line, start)
  const unit = units.get(end - start)
  if (unit === undefined) return undefined
  const mark = line.charCodeAt(end)
  const hasDecimals = unit >= 1_000 && (mark === point || mark === comma)
  const decimalsEnd = hasDecimals ? afterDigits(line, end + 1) : end
  const next = line.charCodeAt(decimalsEnd)
  if (isWordPart(next) || next === point) return undefined
  // A whole number of nanoseconds may not be exact as a number: its microseconds are.
  const whole = unit < 1 ? Number(line.slice(start, end - 3)) : Number(line.slice(start, end)) * unit
  const part = decimalsEnd > end + 1 ? decimals(line, end + 1, decimalsEnd) : 0
  const at = whole + Math.floor((part * unit) / 1_000_000)
  return at < earliest * 1_000_000 || at > latest * 1_000_000
    ? undefined
    : { kind: 'instant', at: instant(at) }
}

export const epoch: TimeFormat = {
  name: 'epoch',
  example: '1715915564.123',
  trust: 'near',
  // A dash marks what is no alert in the logs of some supercomputers.
  parse: (line) => epochAt(line, line[0] === '[' ? 1 : line.startsWith('- ') ? 2 : 0),
}

/** `type=… msg=` comes before it, and perhaps the node. */
const auditWithin = 128

export const audit: TimeFormat = {
  name: 'audit',
  example: 'type=SYSCALL msg=audit(1715915564.123:7)',
  trust: 'sure',
  parse(line) {
    const found = line.slice(0, auditWithin).indexOf('audit(')
    return found < 0 ? undefined : epochAt(line, found + 'audit('.length)
  },
}
