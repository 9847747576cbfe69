/** The common log format of web servers: `::1 - - [17/May/2024:03:12:44 +0000] "GET / HTTP/1.1" 200 7`. */

import { layoutOf } from './at-start.ts'
import type { Parsed, TimeFormat } from './time-format.ts'

/** Host, identity and user come before the bracket; a name may be long. */
const within = 512
const common = layoutOf('[%d/%b/%Y:%H:%M:%S %z]')
/** Of Python's own server, and Flask's. */
const python = layoutOf('[%d/%b/%Y %H:%M:%S]')

const timeLength = '[17/May/2024:03:12:44 +0000]'.length
const pythonLength = '[17/May/2024 03:12:44]'.length

/**
 * A client chooses the name of the user, and may choose one that looks like a time; but no server lets it write a quotation
 * mark. So the time before one is taken, where there is one.
 */
function parse(line: string): Parsed | undefined {
  const start = line.slice(0, within)
  let first: Parsed | undefined
  for (let at = start.indexOf('['); at >= 0; at = start.indexOf('[', at + 1)) {
    const time = common(line, at) ?? python(line, at)
    if (time === undefined) continue
    const end = at + (time.kind === 'instant' ? timeLength : pythonLength)
    if (line.startsWith(' "', end)) return time
    first ??= time
  }
  return first
}

export const accessLog: TimeFormat = {
  name: 'apache-access',
  example: '::1 - - [17/May/2024:03:12:44 +0000]',
  trust: 'sure',
  parse,
}
