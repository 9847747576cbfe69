/** Formats whose time stands behind something that is known: a level, a process, a letter. */

import { layoutOf } from './at-start.ts'
import { digitAt } from './digits.ts'
import { isoTimeAt } from './iso-8601.ts'
import { afterLevel } from './level.ts'
import type { Parsed, TimeFormat } from './time-format.ts'

const slashes = layoutOf('%Y/%m/%d %H:%M:%S%?f')
const dayFirst = layoutOf('%d %b %Y %H:%M:%S%?f')
const dayFirstYearless = layoutOf('%d %b %H:%M:%S%f')
const monthAndDay = layoutOf('%m%d %H:%M:%S%f ')

const closingBracket = 93
const longestBracket = 64

/** Which whole date and time it is that begins with the digit at `at`. */
export function dateAt(line: string, at: number): Parsed | undefined {
  if (digitAt(line, at) === -1) return undefined
  switch (line.charCodeAt(at + 4)) {
    case 45:
      return isoTimeAt(line, at)
    case 47:
      return slashes(line, at)
    default:
      return dayFirst(line, at)
  }
}

/** `ERROR 2024-…`, `[WARN] [2024-…`, `INFO: 2024/…`, `ERROR [main] 2024-…`. */
function behindLevel(line: string): Parsed | undefined {
  const levelEnd = afterLevel(line, line[0] === '[' ? 1 : 0)
  if (levelEnd === -1) return undefined
  const start = afterSigns(line, levelEnd)
  const time = dateAt(line, start)
  if (time !== undefined || line[start - 1] !== '[') return time
  let end = start
  while (end - start < longestBracket && end < line.length && line.charCodeAt(end) !== closingBracket)
    end += 1
  return line.charCodeAt(end) === closingBracket ? dateAt(line, afterSigns(line, end)) : undefined
}

/** The index behind the blanks and signs at `start`. */
function afterSigns(line: string, start: number): number {
  let at = start
  while (at < line.length && ' \t[](|:,-'.includes(line.charAt(at))) at += 1
  return at
}

export const levelFirst: TimeFormat = {
  name: 'level-first',
  example: 'ERROR [2024-05-17T03:12:44.123]',
  trust: 'sure',
  parse: behindLevel,
}

export const rails: TimeFormat = {
  name: 'rails',
  example: 'I, [2024-05-17T03:12:44.123456 #7]',
  trust: 'sure',
  parse: (line) => (line.startsWith(', [', 1) ? isoTimeAt(line, 4) : undefined),
}

/** `7:M 17 May 2024 …`; before Redis 3 `[7] 17 May 03:12:44.123 …`. */
function behindProcess(line: string): Parsed | undefined {
  const isOld = line[0] === '['
  let at = isOld ? 1 : 0
  const start = at
  while (digitAt(line, at) !== -1) at += 1
  if (at === start || line.charCodeAt(at) !== (isOld ? closingBracket : 58)) return undefined
  if (isOld) return line[at + 1] === ' ' ? dayFirstYearless(line, at + 2) : undefined
  if (!'CMSX'.includes(line.charAt(at + 1)) || line[at + 2] !== ' ') return undefined
  return dayFirst(line, at + 3) ?? dayFirstYearless(line, at + 3)
}

export const redis: TimeFormat = {
  name: 'redis',
  example: '7:M 17 May 2024 03:12:44.123',
  trust: 'sure',
  parse: behindProcess,
}

/** The parts of Kubernetes, and what else is written in Go by its library. */
export const klog: TimeFormat = {
  name: 'klog',
  example: 'I0517 03:12:44.123456       7 main.go:12]',
  trust: 'sure',
  parse: (line) => (line !== '' && 'IWEF'.includes(line.charAt(0)) ? monthAndDay(line, 1) : undefined),
}
