/** Points in time as people give them on a command line; a part of what systemd.time(7) has. Pure. */

import { type Instant, instant } from '../engine/time.ts'
import { parseDuration } from './duration.ts'
import { expectedGot, Mistake, quoted } from './mistake.ts'

export const momentWords = 'a time such as 2026-11-21, "2026-11-21 04:30", -2h, yesterday or @1700000000'

const dayForm = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?)?(Z| ?UTC)?$/

/** The instant meant at `now`, in the machine's time zone, or what is wrong with it. */
export function parseMoment(text: string, now: Instant): Instant | Mistake {
  const trimmed = text.trim()
  if (trimmed === 'now') return now
  if (trimmed === 'today' || trimmed === 'yesterday') return midnight(now, trimmed === 'today' ? 0 : -1)
  if (/^@\d{1,10}$/.test(trimmed)) return instant(Number(trimmed.slice(1)) * 1_000_000)
  const ago = /^-\s*(.+)$|^(.+)\s+ago$/.exec(trimmed)
  const length = ago?.[1] ?? ago?.[2]
  if (length !== undefined) {
    const span = parseDuration(length)
    return span instanceof Mistake ? span : instant(Math.max(0, now - span))
  }
  return dateOf(trimmed) ?? new Mistake('bad-value', expectedGot(momentWords, quoted(text)))
}

function dateOf(text: string): Instant | undefined {
  const match = dayForm.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour = 0, minute = 0, second = 0] = match.map(Number)
  const micros = Number((match[7] ?? '').padEnd(6, '0'))
  const parts = [Number(year), Number(month) - 1, Number(day), hour || 0, minute || 0, second || 0] as const
  const date = match[8] === undefined ? new Date(...parts) : new Date(Date.UTC(...parts))
  const isReal =
    match[8] === undefined
      ? date.getMonth() === parts[1] && date.getDate() === parts[2]
      : date.getUTCMonth() === parts[1] && date.getUTCDate() === parts[2]
  return isReal && parts[3] < 24 && parts[4] < 60 && parts[5] < 60
    ? instant(date.getTime() * 1_000 + micros)
    : undefined
}

function midnight(now: Instant, days: number): Instant {
  const date = new Date(now / 1_000)
  return instant(new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime() * 1_000)
}
