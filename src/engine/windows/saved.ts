/** Reading saved state back: it was on a disk, so nothing of it is trusted. */

import { type Instant, instant } from '../time.ts'
import type { Condition } from './conditions.ts'
import type { Seen } from './window.ts'

const seals = new WeakMap<Condition, number>()

/** A number that tells the settings of one condition from those of another (32-bit FNV-1a of their JSON). */
export function sealOf(condition: Condition): number {
  const known = seals.get(condition)
  if (known !== undefined) return known
  let seal = 0x811c9dc5
  for (const character of JSON.stringify(condition)) {
    seal = Math.imul(seal ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0
  }
  seals.set(condition, seal)
  return seal
}

/** The members of what a window of the same condition saved; undefined for anything else. */
export function membersOf(saved: unknown, condition: Condition): ReadonlyMap<string, unknown> | undefined {
  if (typeof saved !== 'object' || saved === null || Array.isArray(saved)) return undefined
  const members = new Map<string, unknown>(Object.entries(saved))
  return members.get('seal') === sealOf(condition) ? members : undefined
}

export const listFrom = (saved: unknown): readonly unknown[] | undefined =>
  Array.isArray(saved) ? saved : undefined

/** Finite numbers in rows of `columns`, at most `rows` of them. */
export function numbersFrom(
  saved: unknown,
  columns: number,
  rows: number,
): readonly (readonly number[])[] | undefined {
  const list = listFrom(saved)
  if (list === undefined || list.length % columns !== 0 || list.length / columns > rows) return undefined
  const result: number[][] = []
  for (const [index, value] of list.entries()) {
    if (typeof value !== 'number' || !Number.isFinite(value)) return undefined
    if (index % columns === 0) result.push([value])
    else result.at(-1)?.push(value)
  }
  return result
}

/** Half of what is safe: sums of two times must be safe, too. */
const farthest = Number.MAX_SAFE_INTEGER / 2

export const instantFrom = (saved: unknown): Instant | undefined =>
  typeof saved === 'number' && Number.isSafeInteger(saved) && Math.abs(saved) <= farthest
    ? instant(saved)
    : undefined

/** A number of things: an integer from `least` on. */
export const countFrom = (saved: unknown, least = 0): number | undefined =>
  typeof saved === 'number' && Number.isSafeInteger(saved) && saved >= least ? saved : undefined

/** The time of the latest event, which is -Infinity before the first. */
export const savedLatest = (latest: number): number | null => (Number.isFinite(latest) ? latest : null)

export const latestFrom = (saved: unknown): number | undefined =>
  saved === null ? Number.NEGATIVE_INFINITY : instantFrom(saved)

export function seenFrom(time: unknown, number: unknown): Seen | undefined {
  const at = instantFrom(time)
  const evidence = countFrom(number)
  return at === undefined || evidence === undefined ? undefined : { at, evidence }
}

/** Events as times and evidence numbers by turns, in order of time; at most `limit`. */
export function eventsFrom(saved: unknown, limit: number): readonly Seen[] | undefined {
  const rows = numbersFrom(saved, 2, limit)
  if (rows === undefined) return undefined
  const events: Seen[] = []
  for (const [at, evidence] of rows) {
    const seen = seenFrom(at, evidence)
    if (seen === undefined || seen.at < (events.at(-1)?.at ?? seen.at)) return undefined
    events.push(seen)
  }
  return events
}
