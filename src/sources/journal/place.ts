/** How far the journal has been read. Pure. */

import { type Instant, instant } from '../../engine/time.ts'
import type { Position } from '../source.ts'

export interface Place {
  /** Of the last entry that was read or passed over; absent where the journal was empty. */
  readonly cursor?: string
  /** The time of that entry, or when the journal was found empty. */
  readonly realtime: Instant
}

export const toPosition = ({ cursor, realtime }: Place): Position =>
  cursor === undefined ? { realtime } : { cursor, realtime }

/** The place that `toPosition` made; `undefined` where it did not make that. */
export const parsePosition = (position: Position): Place | undefined => {
  const members = new Map(Object.entries(Object(position)))
  const [cursor, realtime] = [members.get('cursor'), members.get('realtime')]
  if (typeof realtime !== 'number' || !Number.isSafeInteger(realtime)) return undefined
  if (cursor === undefined) return { realtime: instant(realtime) }
  // It becomes an argument of journalctl.
  if (typeof cursor !== 'string' || !/^[a-z0-9=;]{1,512}$/.test(cursor)) return undefined
  return { cursor, realtime: instant(realtime) }
}

/**
 * Whether two cursors are of one entry. journald numbers entries anew when it moves them from `/run` to `/var`: the
 * sequence (`s` and `i`, which come first) tells nothing then, but boot, times and contents do.
 */
export const isSameEntry = (one: string, other: string): boolean => contents(one) === contents(other)

/** Whether the entry `place` was surely written before `other`: both are numbered in one sequence. */
export function isBehind(place: string | undefined, other: string): boolean {
  const [one, two] = [numberOf(place ?? ''), numberOf(other)]
  return one !== undefined && one.sequence === two?.sequence && one.number < two.number
}

function numberOf(cursor: string) {
  const { sequence, number } =
    /^s=(?<sequence>[0-9a-f]+);i=(?<number>[0-9a-f]{1,16});/.exec(cursor)?.groups ?? {}
  return sequence === undefined ? undefined : { sequence, number: BigInt(`0x${number}`) }
}

const contents = (cursor: string): string => {
  const start = cursor.indexOf(';b=')
  return start === -1 ? cursor : cursor.slice(start)
}
