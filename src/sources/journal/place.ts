/** How far the journal has been read. Pure. */

import { type Instant, instant } from '../../engine/time.ts'
import type { Position } from '../source.ts'
import type { JournalEntry } from './entry.ts'

export interface Place {
  /** Cursor of the last entry read; absent where the journal was empty. */
  readonly cursor?: string
  readonly realtime: Instant
  /** The entry was one of those selected: when it is read again it must come first, or something was lost. */
  readonly selected: boolean
}

export const placeAfter = ({ cursor, realtime }: JournalEntry): Place => ({
  cursor,
  realtime,
  selected: true,
})

export const toPosition = ({ cursor, realtime, selected }: Place): Position => ({
  ...(cursor === undefined ? {} : { cursor }),
  realtime,
  selected,
})

/** The place that `toPosition` made; undefined where it did not make that. */
export function parsePosition(position: Position | undefined): Place | undefined {
  if (typeof position !== 'object' || position === null || Array.isArray(position)) return undefined
  const { cursor, realtime, selected }: { readonly [key: string]: unknown } = { ...position }
  if (typeof realtime !== 'number' || !Number.isSafeInteger(realtime)) return undefined
  // A cursor becomes an argument of journalctl.
  if (cursor !== undefined && (typeof cursor !== 'string' || !/^[a-z0-9=;]{1,512}$/.test(cursor)))
    return undefined
  return {
    ...(cursor === undefined ? {} : { cursor }),
    realtime: instant(realtime),
    selected: selected === true,
  }
}
