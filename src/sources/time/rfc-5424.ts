/** Syslog by RFC 5424: `<34>1 2024-05-17T03:12:44.123Z host …`. */

import { afterDigits } from './digits.ts'
import { isoTimeAt } from './iso-8601.ts'
import type { Parsed, TimeFormat } from './time-format.ts'

function parse(line: string): Parsed | undefined {
  if (line[0] !== '<') return undefined
  const priorityEnd = afterDigits(line, 1)
  const versionEnd = afterDigits(line, priorityEnd + 1)
  const isHeader =
    line[priorityEnd] === '>' && priorityEnd <= 4 && versionEnd > priorityEnd + 1 && line[versionEnd] === ' '
  return isHeader ? isoTimeAt(line, versionEnd + 1) : undefined
}

export const rfc5424: TimeFormat = {
  name: 'rfc5424',
  example: '<34>1 2024-05-17T03:12:44.123Z',
  trust: 'sure',
  parse,
}
