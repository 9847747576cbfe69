/** Lines that are JSON objects: `{"level":"info","ts":1715915564.123}`, `{"time":"2024-05-17T03:12:44Z"}`. */

import { layoutOf } from './at-start.ts'
import { epochAt } from './epoch.ts'
import { dateAt } from './headers.ts'
import type { Parsed, TimeFormat } from './time-format.ts'

const keys: ReadonlySet<string> = new Set([
  'time',
  'timestamp',
  '@timestamp',
  'ts',
  't',
  '@t',
  'date',
  'datetime',
  'asctime',
  'time_local',
  'time_iso8601',
])
/** MongoDB writes `"t":{"$date":"…"}`. */
const dateOf = '{"$date":'

const common = layoutOf('%d/%b/%Y:%H:%M:%S %z')

const quote = 34
const backslash = 92

/** The first member of the object itself whose key says that it is a time, and which is one. */
function parse(line: string): Parsed | undefined {
  if (line[0] !== '{') return undefined
  let depth = 0
  for (let at = 0; at < line.length; at += 1) {
    const code = line.charCodeAt(at)
    if (code === 123 || code === 91) depth += 1
    else if (code === 125 || code === 93) depth -= 1
    if (code !== quote) continue
    const end = stringEnd(line, at)
    if (depth === 1 && keys.has(line.slice(at + 1, end))) {
      const time = valueBehind(line, end + 1)
      if (time !== undefined) return time
    }
    at = end
  }
  return undefined
}

/** The index of the quotation mark that ends the string which begins at `start`, or of the line's end. */
function stringEnd(line: string, start: number): number {
  let at = start + 1
  while (at < line.length && line.charCodeAt(at) !== quote) at += line.charCodeAt(at) === backslash ? 2 : 1
  return at
}

function valueBehind(line: string, keyEnd: number): Parsed | undefined {
  const colon = afterBlanks(line, keyEnd)
  if (line[colon] !== ':') return undefined
  const start = afterBlanks(line, colon + 1)
  const value = line.startsWith(dateOf, start) ? start + dateOf.length : start
  const at = line.charCodeAt(value) === quote ? value + 1 : value
  return epochAt(line, at) ?? dateAt(line, at) ?? common(line, at)
}

function afterBlanks(line: string, start: number): number {
  let at = start
  while (line[at] === ' ') at += 1
  return at
}

export const json: TimeFormat = {
  name: 'json',
  example: '{"time":"2024-05-17T03:12:44.123Z"}',
  trust: 'sure',
  parse,
}
