/** Syslog by RFC 5424: `<34>1 2024-05-17T03:12:44.123Z host …`. */

import { afterDigits } from './digits.ts'
import { iso8601 } from './iso-8601.ts'
import type { Parsed, TimeFormat } from './time-format.ts'

/** A longer time has nanoseconds and more. */
const timeLength = 48

function parse(line: string): Parsed | undefined {
  if (line[0] !== '<') return undefined
  const priorityEnd = afterDigits(line, 1)
  const versionEnd = afterDigits(line, priorityEnd + 1)
  const isHeader =
    line[priorityEnd] === '>' && priorityEnd <= 4 && versionEnd > priorityEnd + 1 && line[versionEnd] === ' '
  return isHeader ? iso8601.parse(line.slice(versionEnd + 1, versionEnd + 1 + timeLength)) : undefined
}

export const rfc5424: TimeFormat = {
  name: 'rfc5424',
  example: '<34>1 2024-05-17T03:12:44.123Z',
  isWeak: false,
  parse,
}
