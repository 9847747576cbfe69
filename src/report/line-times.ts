/** Which times are recognised in a log: a line for each kind of line, or one JSON object for each line. Pure. */

import type { Instant } from '../engine/time.ts'
import type { Colours } from './colours.ts'
import { counted } from './counted.ts'
import { printable } from './printable.ts'
import { isoTime } from './time-text.ts'

/** A line of the log; `LineTime` of the sources has this shape. */
interface Line {
  readonly line: number
  readonly text: string
  readonly found?: { readonly at: Instant; readonly format: string }
}

export const lineTimeJson = ({ line, found }: Line) => ({
  line,
  time: found === undefined ? null : isoTime(found.at),
  format: found?.format ?? null,
})

/** The lines that bear a time of one format, or none. */
interface Kind {
  count: number
  readonly first: Line
}

/** Lines of each kind, with the first of them. */
export class LineKinds {
  readonly #kinds = new Map<string | undefined, Kind>()
  #lines = 0

  add(line: Line): void {
    this.#lines++
    const known = this.#kinds.get(line.found?.format)
    if (known === undefined) this.#kinds.set(line.found?.format, { count: 1, first: line })
    else known.count++
  }

  /** Some line bears a time. */
  get isDated(): boolean {
    return [...this.#kinds.keys()].some((format) => format !== undefined)
  }

  /** Several lines, without the last line end. */
  text(path: string, colours: Colours): string {
    const kinds = [...this.#kinds].sort(([, one], [, other]) => other.count - one.count)
    const rows = kinds.map(([format = 'no time', { count, first }]) => ({
      format,
      count: String(count),
      first,
    }))
    const width = (column: 'format' | 'count'): number =>
      Math.max(0, ...rows.map((row) => row[column].length))
    const lines = rows.map(({ format, count, first }) => {
      const name =
        first.found === undefined
          ? colours.yellow(format.padEnd(width('format')))
          : format.padEnd(width('format'))
      const read = first.found === undefined ? 'of the line before it      ' : isoTime(first.found.at)
      return `  ${name}  ${count.padStart(width('count'))}  ${read}  ${colours.dim(`${first.line}: ${shortened(first.text)}`)}`
    })
    return [`${colours.bold(path)}: ${counted(this.#lines, 'line')}`, ...lines].join('\n')
  }
}

const shownLength = 100

const shortened = (text: string): string => {
  const shown = printable(text.slice(0, shownLength + 1))
  return shown.length > shownLength ? `${shown.slice(0, shownLength)}…` : shown
}
