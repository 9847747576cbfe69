/** Formats that are layouts at the start of a line. */

import { parseLayout } from '../../config/time-layout.ts'
import type { TimestampFormat } from '../../config/timestamp-formats.ts'
import { type Ending, type LayoutReader, layoutReader } from './layout.ts'
import type { Parsed, TimeFormat, Trust } from './time-format.ts'

/** The reader of a layout that has been checked. */
export function layoutOf(text: string, ending?: Ending): LayoutReader {
  const parts = parseLayout(text)
  if (!Array.isArray(parts)) throw new Error(`a time format that is none has passed its check: ${text}`)
  return layoutReader(parts, ending)
}

/** What stands behind the time, where that tells it from other times. */
interface Shape {
  readonly trust?: Trust
  readonly ending?: Ending
}

/** The first of these layouts that fits the start of a line. */
export function atStart(
  name: TimestampFormat,
  example: string,
  layouts: readonly string[],
  { trust = 'sure', ending }: Shape = {},
): TimeFormat {
  const readers = layouts.map((layout) => layoutOf(layout, ending))
  const parse = (line: string): Parsed | undefined => {
    for (const read of readers) {
      const parsed = read(line, 0)
      if (parsed !== undefined) return parsed
    }
    return undefined
  }
  return { name, example, trust, parse }
}
