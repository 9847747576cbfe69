/** Reads a stretch of a file block by block, and notes the lines of it that hold a literal. */

import type { LineSearch } from '../../match/scan/line-search.ts'
import { readAt } from './bytes.ts'
import type { ChunkSlot } from './chunk-slot.ts'

/** Room for a block, and a line before it. */
export const roomForBlocks = (blockBytes: number): number => 2 * blockBytes
/** A line that begins before some byte ends so far behind it, as a rule. */
export const lookAheadBytes = 4_096

export interface Stretch {
  readonly from: number
  /** Behind `from`. A line that begins before it is searched to its end. */
  readonly to: number
  /** A line begins at `from`; else the first is the one behind the first newline at or behind the byte before. */
  readonly isLineStart: boolean
}

export interface SearchedFile {
  readonly fd: number
  /** Read and searched at a time: little enough to stay near the processor. */
  readonly blockBytes: number
}

/**
 * Adds to `slot` the lines that begin in the stretch and hold a literal, and its last line. Ends earlier where the slot is full. Returns `false` where a line is too long to be seen whole, or it cannot be read.
 */
export function searchLines(
  search: LineSearch,
  { fd, blockBytes }: SearchedFile,
  { from, to, isLineStart }: Stretch,
  slot: ChunkSlot,
): boolean {
  const { room } = search
  /** Offset of the room's first byte. */
  let base = isLineStart ? from : from - 1
  let length = 0
  let hasBegun = isLineStart
  if (hasBegun) slot.begin(from)
  for (;;) {
    const left = to + lookAheadBytes - base - length
    const wanted = left > 0 ? Math.min(left, blockBytes) : blockBytes
    if (!readWhole(fd, room.subarray(length, length + wanted), base + length)) return false
    length += wanted

    let start = 0
    if (!hasBegun) {
      start = search.nextNewline(0, length) + 1
      if (start > length) return false
      slot.begin(base + start)
      hasBegun = true
      if (base + start >= to) {
        slot.pass(0, base + start)
        return true
      }
    }

    const last = to - 1 - base
    const behindLast = last < length ? search.nextNewline(last, length) + 1 : length + 1
    const isLast = behindLast <= length
    const end = isLast ? behindLast : search.startOfLine(start, length)
    if (end > start) {
      const full = noteLines(search, { start, end, base, isLast }, slot)
      slot.pass(search.countNewlines(start, full ?? end), base + (full ?? end))
      if (full !== undefined) return base + full > slot.start
      if (isLast) return true
    }
    if (length - end > blockBytes) return false
    room.copyWithin(0, end, length)
    base += end
    length -= end
  }
}

/** Whole lines in the room. */
interface Lines {
  readonly start: number
  readonly end: number
  /** Offset of the room's first byte. */
  readonly base: number
  /** The last of them is the last of the stretch. */
  readonly isLast: boolean
}

/** Returns the start of the line for which the slot has no room, if there is one. */
function noteLines(
  search: LineSearch,
  { start, end, base, isLast }: Lines,
  slot: ChunkSlot,
): number | undefined {
  const { room } = search
  let at = start
  while (at < end && search.find(at, end)) {
    const { lineStart, lineEnd } = search
    if (!slot.add(base + lineStart, room, lineStart, lineEnd)) return lineStart
    at = lineEnd + 1
  }
  if (!isLast) return undefined
  const lastStart = search.startOfLine(start, end - 1)
  if (at > lastStart || slot.add(base + lastStart, room, lastStart, end - 1)) return undefined
  return lastStart
}

function readWhole(fd: number, into: Uint8Array, offset: number): boolean {
  try {
    return readAt(fd, into, offset) === into.length
  } catch {
    // Whoever wants these lines reads them again, and meets the same.
    return false
  }
}
