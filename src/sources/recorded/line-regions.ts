/** Brings the bytes of an input into one room, so that whole lines lie there side by side. Decodes nothing. */

import { lineLimitBytes } from '../lines.ts'
import type { ByteReader } from './bytes.ts'

/** Whole lines in the room, from `start` to before `end`; their line ends are among them, but for one at the input's end. */
export interface Region {
  readonly start: number
  readonly end: number
  /** Of the byte at `start`, from the start of the input. */
  readonly offset: number
  /** It is one line that is longer than the limit: its first bytes. */
  readonly isCut: boolean
}

const newline = 10

/** Bytes of room that are needed where so many are read at a time. */
export const roomFor = (chunkBytes: number): number => lineLimitBytes + chunkBytes + 1

/**
 * `chunkBytes`, which must be fewer than a line may have, are read at a time: so only the first line in the room may be too long.
 *
 * Regions of whole lines, each of which is only lent until the next is asked for. NUL bytes at the start of one are left
 * out, as those of any line must be. `from` is where in the input the reader begins, at the start of a line. Throws where the reader breaks off, after all whole lines before.
 */
export async function* lineRegions(
  reader: ByteReader,
  room: Buffer,
  chunkBytes: number,
  from = 0,
): AsyncGenerator<Region, void, undefined> {
  /** Bytes of a line that lacks its end. */
  let held = 0
  let offset = from
  /** The rest of a line that was cut is passed over. */
  let isSkipping = false
  for (;;) {
    let failure: unknown
    const length = await reader
      .read(room.subarray(held, Math.min(room.length, held + chunkBytes)))
      .catch((error) => {
        failure = error
        return 0
      })
    if (length === 0) {
      if (held > 0) yield { start: 0, end: held, offset, isCut: false }
      if (failure !== undefined) throw failure
      return
    }
    const end = held + length
    // What was held has no line end.
    const found = room.subarray(held, end).indexOf(newline)
    let firstEnd = found < 0 ? undefined : held + found
    let start = 0
    if (isSkipping) {
      start = firstEnd === undefined ? end : firstEnd + 1
      isSkipping = firstEnd === undefined
      const next = room.subarray(start, end).indexOf(newline)
      firstEnd = next < 0 ? undefined : start + next
    }
    while (start < end && room[start] === 0) start++
    if ((firstEnd ?? end) - start > lineLimitBytes) {
      yield { start, end: start + lineLimitBytes, offset: offset + start, isCut: true }
      isSkipping = firstEnd === undefined
      start = firstEnd === undefined ? end : firstEnd + 1
    }
    const last = firstEnd === undefined ? -1 : room.subarray(start, end).lastIndexOf(newline)
    if (last >= 0) {
      yield { start, end: start + last + 1, offset: offset + start, isCut: false }
      start += last + 1
    }
    if (start > 0) room.copyWithin(0, start, end)
    held = end - start
    offset += start
  }
}
