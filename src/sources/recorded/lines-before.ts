/** Looks back from a line, for the times of those before it. */

import type { LineSearch } from '../../match/scan/line-search.ts'
import { afterNuls } from '../lines.ts'
import { readAt } from './bytes.ts'

/** The lines before some line, the nearest first: their starts, which are enough to tell a time. */
export type LinesBefore = Iterable<string>

/** So much of a line is kept, and decoded, where only its time is wanted. */
const datedBytes = 1_024
/** Read at a time, at first. */
const leastBytes = 8_192
const newline = 10

/** Enough of a line to tell its time. */
function headOf(bytes: Buffer, start: number, end: number): string {
  const first = afterNuls(bytes, start, end)
  return bytes.toString('latin1', first, Math.min(end, first + datedBytes))
}

/** Before the line at `at` in `room`, which is that of `search`; a line begins at `from`. */
export function* linesBefore(room: Buffer, search: LineSearch, from: number, at: number): LinesBefore {
  for (let end = at; end > from; ) {
    const start = search.startOfLine(from, end - 1)
    yield headOf(room, start, end - 1)
    end = start
  }
}

/** The same of offsets in a file. Throws where it cannot be read. */
export function* linesBeforeInFile(fd: number, from: number, at: number): LinesBefore {
  for (let end = at, bytes = leastBytes; end > from; ) {
    const room = Buffer.allocUnsafe(Math.min(bytes, end - from))
    const base = end - room.length
    if (readAt(fd, room, base) < room.length)
      throw Object.assign(new Error('the file has become shorter'), { code: 'ESTALE' })
    let left = room.length
    while (left > 0) {
      const start = left < 2 ? 0 : room.lastIndexOf(newline, left - 2) + 1
      // It may begin before what was read.
      if (start === 0 && base > from) break
      yield headOf(room, start, left - 1)
      left = start
    }
    bytes = left === room.length ? bytes * 2 : leastBytes
    end = base + left
  }
}
