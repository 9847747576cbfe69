/** Times and spans as people and programs read them. */

import type { Instant } from '../engine/time.ts'

/** `2026-05-17T03:12:44.123456Z`: UTC with six decimals. */
export function isoTime(at: Instant): string {
  const wholeSeconds = Math.floor(at / 1_000_000)
  const microseconds = at - wholeSeconds * 1_000_000
  const seconds = new Date(wholeSeconds * 1_000).toISOString().slice(0, 19)
  return `${seconds}.${String(microseconds).padStart(6, '0')}Z`
}

const units = [
  ['d', 86_400_000_000],
  ['h', 3_600_000_000],
  ['min', 60_000_000],
] as const

/** `1min 21.5s`: microseconds as a systemd time span, to the millisecond. */
export function spanText(length: number): string {
  let rest = Math.round(length / 1_000) * 1_000
  const parts: string[] = []
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size)
    if (count > 0) parts.push(`${count}${unit}`)
    rest -= count * size
  }
  if (rest > 0 || parts.length === 0) parts.push(`${rest / 1_000_000}s`)
  return parts.join(' ')
}
