/** Mistakes of a rule file as people read them: the place, the words, the line and a caret. Pure. */

import type { Problem } from '../config/problem.ts'
import { coloursFor } from './colours.ts'
import { printable } from './printable.ts'

/** Columns of a long line that are shown. */
const shownWidth = 100

export function formatProblems(
  problems: readonly (Pick<Problem, 'message' | 'location'> & { readonly severity?: 'warning' })[],
  text: string,
  { colour }: { colour: boolean },
): string {
  const colours = coloursFor(colour)
  const lines = text.split(/\r?\n/)
  return problems
    .map(({ message, severity, location: { file, line, column, length } }) => {
      const kind = severity === undefined ? colours.red('error:') : colours.yellow('warning:')
      const heading = `${colours.bold(`${file}:${line}:${column}:`)} ${kind} ${message}`
      const source = lines[line - 1]
      if (source === undefined || source.trim() === '') return heading
      const from = Math.max(0, Math.min(column - 1 - shownWidth / 2, source.length - shownWidth))
      const shown = source.slice(from, from + shownWidth)
      const before = shown.slice(0, column - 1 - from)
      const under = shown.slice(before.length, before.length + length)
      const gutter = String(line).padStart(4)
      const caret = `${blank(before)}${'^'.repeat(Math.max(1, widthOf(under)))}`
      return `${heading}\n${colours.dim(`${gutter} |`)} ${printable(shown.replaceAll('\t', '  '))}\n     ${colours.dim('|')} ${colours.red(caret)}`
    })
    .join('\n')
}

/** One line of `check --json`. */
export const problemJson = ({ code, message, suggestion, location }: Problem) => ({
  type: 'problem',
  code,
  message,
  ...(suggestion === undefined ? {} : { suggestion }),
  ...location,
})

/** The same of what is surely not meant. */
export const warningJson = ({ message, location }: Pick<Problem, 'message' | 'location'>) => ({
  type: 'warning',
  message,
  ...location,
})

const blank = (text: string): string => ' '.repeat(widthOf(text))

/** Columns of a terminal that `text` takes: two for tabs, as shown here, and for wide characters. */
const widthOf = (text: string): number =>
  [...text].reduce((sum, character) => sum + (character === '\t' || wide.test(character) ? 2 : 1), 0)

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u
