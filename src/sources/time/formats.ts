/** The formats of line times that are recognised, in the order in which they are tried. */

import { parseLayout } from '../../config/time-layout.ts'
import type { TimestampFormat } from '../../config/timestamp-formats.ts'
import { embedded } from './embedded.ts'
import { audit, epoch } from './epoch.ts'
import { iso8601 } from './iso-8601.ts'
import { type LayoutReader, layoutReader } from './layout.ts'
import { rfc3164 } from './rfc-3164.ts'
import { rfc5424 } from './rfc-5424.ts'
import type { Parsed, TimeFormat } from './time-format.ts'

export function layoutOf(text: string): LayoutReader {
  const parts = parseLayout(text)
  if (!Array.isArray(parts)) throw new Error(`a time format that is none has passed its check: ${text}`)
  return layoutReader(parts)
}

/** One of these layouts, at the start of a line. */
function atStart(name: TimestampFormat, example: string, ...layouts: readonly string[]): TimeFormat {
  const readers = layouts.map(layoutOf)
  const parse = (line: string): Parsed | undefined => {
    for (const read of readers) {
      const parsed = read(line, 0)
      if (parsed !== undefined) return parsed
    }
    return undefined
  }
  return { name, example, isWeak: false, parse }
}

/** Host, identity and user come before the bracket; a name may be long. */
const bracketWithin = 512
const commonLog = layoutOf('[%d/%b/%Y:%H:%M:%S %z]')
const apacheAccess: TimeFormat = {
  name: 'apache-access',
  example: '::1 - - [17/May/2024:03:12:44 +0000]',
  isWeak: false,
  parse(line) {
    const start = line.slice(0, bracketWithin)
    for (let at = start.indexOf('['); at >= 0; at = start.indexOf('[', at + 1)) {
      const parsed = commonLog(line, at)
      if (parsed !== undefined) return parsed
    }
    return undefined
  },
}

export const timeFormats: readonly TimeFormat[] = [
  iso8601,
  rfc5424,
  rfc3164,
  atStart('apache-error', '[Fri May 17 03:12:44.123456 2024]', '[%a %b %e %H:%M:%S%?f %Y]'),
  atStart('ctime', 'Fri May 17 03:12:44 2024', '%a %b %e %H:%M:%S %Y', '%a %b %e %H:%M:%S %Z %Y'),
  atStart('go', '2024/05/17 03:12:44.123456', '%Y/%m/%d %H:%M:%S%f'),
  atStart('nginx', '2024/05/17 03:12:44', '%Y/%m/%d %H:%M:%S '),
  atStart('php', '[17-May-2024 03:12:44 UTC]', '[%d-%b-%Y %H:%M:%S%?f]', '[%d-%b-%Y %H:%M:%S%?f %Z]'),
  atStart('log4j', '17 May 2024 03:12:44,123', '%d %b %Y %H:%M:%S%?f', '[%d %b %Y %H:%M:%S%?f'),
  atStart('spark', '24/05/17 03:12:44 INFO', '%y/%m/%d %H:%M:%S '),
  atStart('hdfs', '240517 031244 148 INFO', '%y%m%d %H%M%S ', '%y%m%d %H:%M:%S '),
  atStart('logcat', '05-17 03:12:44.123', '%m-%d %H:%M:%S%f '),
  atStart('iso8601-basic', '20240517T031244Z', '%Y%m%dT%H%M%S%?f%?z'),
  atStart('rfc3164-year', 'May 17 2024 03:12:44', '%b %e %Y %H:%M:%S%?f'),
  audit,
  epoch,
  apacheAccess,
  embedded,
]
