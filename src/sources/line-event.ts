/** Lines of bytes as events. */

import type { LogEvent } from '../engine/event.ts'
import type { Instant } from '../engine/time.ts'
import type { Fields } from '../match/matchable.ts'

/** The text of a line; bytes that are not UTF-8 become U+FFFD, and a byte order mark at the file's start is left out. */
export const decodeLine = (bytes: Buffer, start: number, end: number, at: number): string => {
  const text = bytes.toString('utf8', start, end)
  return at === 0 && text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}

/** Where the lines of one file come from; `file` is what rules may group by. */
export interface LineOrigin {
  readonly source: string
  readonly path: string
  readonly fields: Fields
}

export const lineOrigin = (source: string, path: string): LineOrigin => ({
  source,
  path,
  fields: new Map([['file', path]]),
})

/** The event of the line that begins at byte `offset` of its file. */
export const lineEvent = (
  { source, path, fields }: LineOrigin,
  text: string,
  at: Instant,
  offset: number,
  cut: boolean,
): LogEvent => {
  const position = `${path}:${offset}`
  return cut
    ? { kind: 'event', source, at, position, text, fields, cut }
    : { kind: 'event', source, at, position, text, fields }
}
