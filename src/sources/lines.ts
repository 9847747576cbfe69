/** Cuts a stream of bytes into lines, wherever its chunks begin and end. Does no I/O and decodes nothing. */

/** A longer line of a log is cut to its first bytes; the rest is skipped without being held in memory. */
export const lineLimitBytes = 1_048_576

/**
 * Takes one line: `bytes` from `start` to `end`, without its line end. `at` is the offset in the stream of its first
 * byte. `bytes` is only lent: it may be overwritten after the call. A filter on bytes belongs here, before decoding.
 */
export type LineSink = (bytes: Buffer, start: number, end: number, at: number, cut: boolean) => void

export interface LineSplitter {
  /** Takes the next bytes and hands every line that they complete to `sink`. */
  push(chunk: Buffer, sink: LineSink): void
  /** Hands over what stands after the last line end, as a line: the stream has ended. */
  finish(sink: LineSink): void
  /** Offset of the first byte that belongs to no line handed over yet. */
  readonly offset: number
}

const newline = 10
const carriageReturn = 13

/**
 * A splitter for a stream whose next byte has the offset `from`; lines are cut to `limitBytes`.
 *
 * NUL bytes at the start of a line are skipped: a writer that does not append leaves a hole of them, of any length,
 * after its file was copied and truncated.
 */
export const lineSplitter = (from: number, limitBytes = lineLimitBytes): LineSplitter => {
  let next = from
  let held = Buffer.alloc(0)
  let length = 0
  let heldAt = from
  let cut = false

  const hold = (bytes: Buffer, start: number, end: number): void => {
    let first = start
    if (length === 0) {
      first = afterNuls(bytes, start, end)
      heldAt = next + first
    }
    const room = limitBytes - length
    if (end - first > room) cut = true
    const size = Math.min(end - first, room)
    if (length + size > held.length) {
      const larger = Buffer.allocUnsafe(Math.min(limitBytes, Math.max(4096, 2 * (length + size))))
      held.copy(larger, 0, 0, length)
      held = larger
    }
    bytes.copy(held, length, first, first + size)
    length += size
  }

  const release = (sink: LineSink): void => {
    const [bytes, size, wasCut] = [held, length, cut]
    held = Buffer.alloc(0)
    length = 0
    cut = false
    sink(bytes, 0, wasCut ? size : beforeReturn(bytes, 0, size), heldAt, wasCut)
  }

  return {
    get offset() {
      return length === 0 ? next : heldAt
    },

    push(chunk, sink) {
      let start = 0
      if (length > 0) {
        const end = chunk.indexOf(newline)
        hold(chunk, 0, end === -1 ? chunk.length : end)
        if (end !== -1) release(sink)
        start = end === -1 ? chunk.length : end + 1
      }
      while (start < chunk.length) {
        const end = chunk.indexOf(newline, start)
        if (end === -1) {
          hold(chunk, start, chunk.length)
          break
        }
        const first = afterNuls(chunk, start, end)
        const isLong = end - first > limitBytes
        const last = isLong ? first + limitBytes : beforeReturn(chunk, first, end)
        sink(chunk, first, last, next + first, isLong)
        start = end + 1
      }
      next += chunk.length
    },

    finish(sink) {
      if (length > 0) release(sink)
    },
  }
}

/** The first byte from `start` to before `end` that is not NUL; `end` where there is none. */
export const afterNuls = (bytes: Buffer, start: number, end: number): number => {
  let first = start
  while (first < end && bytes[first] === 0) first += 1
  return first
}

const beforeReturn = (bytes: Buffer, start: number, end: number): number =>
  end > start && bytes[end - 1] === carriageReturn ? end - 1 : end
