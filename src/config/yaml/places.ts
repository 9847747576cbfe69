/** Offsets in a rule file's text as places for people. Pure. */

import { LineCounter } from 'yaml'
import type { Location } from '../problem.ts'

/** The place of the text from one offset up to another, or of its first line. */
export type Locate = (from: number, to: number) => Location

export function locator(text: string, file: string): Locate {
  const lines = new LineCounter()
  lines.addNewLine(0)
  for (const { index } of text.matchAll(/\n/g)) lines.addNewLine(index + 1)
  // What is wrong at the very end is shown at the last thing that is there.
  const end = text.trimEnd().length
  return (from, to) => {
    const start = Math.max(0, Math.min(from, end - 1))
    const { line, col } = lines.linePos(start)
    const [rest = ''] = /^[^\r\n]*/.exec(text.slice(start, to)) ?? []
    return { file, line, column: col, length: Math.max(1, rest.length) }
  }
}
