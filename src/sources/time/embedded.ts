/**
 * A whole date and time in the header of a line, as in `[pid: 7] () [Sat Nov 21 04:33:00 2026]`, `time="2024-05-17 …"`. A
 * time that a sentence speaks of is not that of the line.
 */

import { layoutOf } from './at-start.ts'
import { digitAt } from './digits.ts'
import { dateAt } from './headers.ts'
import { isLevel } from './level.ts'
import type { Parsed, TimeFormat } from './time-format.ts'

/** No header is longer. */
const within = 96

/** Ordinary words belong to a sentence. */
const ordinary = /^[A-Z]?[a-z]+[,.:;]?$/
const bracket = 91
const weekdayFirst = layoutOf('%a %b %e %H:%M:%S %Y')

function parse(line: string): Parsed | undefined {
  const end = Math.min(line.length, within)
  for (let at = 1; at < end; at += 1) {
    const time = digitAt(line, at) === -1 ? behindBracket(line, at) : behindSign(line, at)
    if (time !== undefined) return isHeader(line.slice(0, at)) ? time : undefined
  }
  return undefined
}

const behindBracket = (line: string, at: number): Parsed | undefined =>
  line.charCodeAt(at - 1) === bracket ? weekdayFirst(line, at) : undefined

const behindSign = (line: string, at: number): Parsed | undefined =>
  ' \t["(<='.includes(line.charAt(at - 1)) ? dateAt(line, at) : undefined

const isHeader = (text: string): boolean => {
  const words = text
    .replace(/\[[^\]]*\]|\([^)]*\)|\{[^}]*\}/g, ' ')
    .split(/[\s[\]()"{}]+/)
    .filter((word) => word !== '')
  return words.every((word) => isLevel(word.replace(/[,.:;|]+$/, '')) || !ordinary.test(word))
}

export const embedded: TimeFormat = {
  name: 'embedded',
  example: '[worker-7] [2024-05-17T03:12:44.123]',
  trust: 'alone',
  parse,
}
