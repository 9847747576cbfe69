/** The formats of line times that are recognised, in the order in which they are tried. */

import { accessLog } from './access-log.ts'
import { atStart } from './at-start.ts'
import { digitAt } from './digits.ts'
import { embedded } from './embedded.ts'
import { audit, epoch } from './epoch.ts'
import { klog, levelFirst, rails, redis } from './headers.ts'
import { iso8601 } from './iso-8601.ts'
import { json } from './json.ts'
import type { Ending } from './layout.ts'
import { afterLevel } from './level.ts'
import { rfc3164 } from './rfc-3164.ts'
import { rfc5424 } from './rfc-5424.ts'
import type { TimeFormat } from './time-format.ts'

/** `INFO`. */
const beforeLevel: Ending = (line, at) => afterLevel(line, at) !== -1

/** `148 INFO`, or the `[Note]` and `7 Query` of an old MySQL. */
const beforeThread: Ending = (line, start) => {
  if (line[start] === '[') return afterLevel(line, start + 1) !== -1
  let at = start
  while (digitAt(line, at) !== -1) at += 1
  return at > start && at - start < 8 && line[at] === ' ' && isLetter(line.charCodeAt(at + 1))
}

/** `1702  2395 D`, `D/Tag`. */
const beforeProcess: Ending = (line, at) => {
  const isShort = 'VDIWEFS'.includes(line.charAt(at)) && line[at + 1] === '/'
  return at < line.length && (isShort || digitAt(line, at) !== -1)
}

const isLetter = (code: number): boolean => (code | 32) >= 97 && (code | 32) <= 122

export const timeFormats: readonly TimeFormat[] = [
  iso8601,
  rfc5424,
  rfc3164,
  json,
  atStart('apache-error', '[Fri May 17 03:12:44.123456 2024]', ['[%a %b %e %H:%M:%S%?f %Y]']),
  atStart('ctime', 'Fri May 17 03:12:44 2024', [
    '%a %b %e %H:%M:%S %Y',
    '%a %b %e %H:%M:%S %Z %Y',
    '%a %Y-%m-%d %H:%M:%S%?f %Z',
  ]),
  atStart('go', '2024/05/17 03:12:44.123456', ['%Y/%m/%d %H:%M:%S%f', '[GIN] %Y/%m/%d - %H:%M:%S']),
  atStart('nginx', '2024/05/17 03:12:44', ['%Y/%m/%d %H:%M:%S ']),
  atStart('samba', '[2024/05/17 03:12:44.123456,  3]', ['[%Y/%m/%d %H:%M:%S%?f']),
  atStart('php', '[17-May-2024 03:12:44 UTC]', ['[%d-%b-%Y %H:%M:%S%?f]', '[%d-%b-%Y %H:%M:%S%?f %Z]']),
  atStart('tomcat', '17-May-2024 03:12:44.123 INFO', ['%d-%b-%Y %H:%M:%S%?f ']),
  atStart('log4j', '17 May 2024 03:12:44,123', ['%d %b %Y %H:%M:%S%?f', '[%d %b %Y %H:%M:%S%?f']),
  atStart('java-logging', 'May 17, 2024 3:12:44 AM', ['%b %e, %Y %I:%M:%S %p']),
  rails,
  redis,
  klog,
  levelFirst,
  atStart('spark', '24/05/17 03:12:44 INFO', ['%y/%m/%d %H:%M:%S%?f '], {
    trust: 'near',
    ending: beforeLevel,
  }),
  atStart('hdfs', '240517 031244 148 INFO', ['%y%m%d %H%M%S ', '%y%m%d %H:%M:%S '], {
    trust: 'near',
    ending: beforeThread,
  }),
  atStart('logcat', '05-17 03:12:44.123  1702  2395 D', ['%m-%d %H:%M:%S%f '], {
    trust: 'near',
    ending: beforeProcess,
  }),
  atStart('iso8601-basic', '20240517T031244Z', ['%Y%m%dT%H%M%S%?f%?z']),
  atStart('rfc3164-year', 'May 17 2024 03:12:44', ['%b %e %Y %H:%M:%S%?f']),
  audit,
  epoch,
  accessLog,
  embedded,
]
