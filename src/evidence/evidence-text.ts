/** Evidence as people read it. Pure. What stands in a log is made safe to show. */

import type { Colours } from '../report/colours.ts'
import { printable } from '../report/printable.ts'
import type { EvidenceFile, EvidenceLine, EvidencePart } from './evidence.ts'

/** Several lines, without the last line end. */
export function evidenceText({ gathered, lines, parts }: EvidenceFile, colours: Colours): string {
  const heading = `what was found before acting, in ${gathered.milliseconds} ms`
  return [
    colours.bold(heading),
    `  ${colours.cyan('the lines that led to it')}${lines.length === 0 ? ': none' : ''}`,
    ...lines.map((line) => `    ${lineText(line)}`),
    ...parts.flatMap((part) => partText(part, colours)),
  ].join('\n')
}

const lineText = ({ time, text }: EvidenceLine): string =>
  `${printable(time, 40)}  ${text === undefined ? '(no longer known)' : printable(text, 1_000)}`

function partText({ title, end, why, cut, text }: EvidencePart, colours: Colours): readonly string[] {
  const lack = end === 'whole' ? '' : colours.yellow(` (${printable(why ?? end)})`)
  const rows = text.trimEnd() === '' ? [] : text.trimEnd().split('\n')
  return [
    `  ${colours.cyan(printable(title))}${lack}`,
    ...(cut ? [colours.dim('    …')] : []),
    ...rows.map((row) => `    ${printable(row, 1_000)}`),
  ]
}
