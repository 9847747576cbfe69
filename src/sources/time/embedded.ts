/**
 * A whole date and time behind a level, a process or a bracket, as in `I, [2024-05-17T03:12:44 #7]`, `ERROR 2024-05-17 …`,
 * `7:M 17 May 2024 …`. A time that a sentence speaks of is not that of the line.
 */

import { parseLayout } from '../../config/time-layout.ts'
import { digitAt } from './digits.ts'
import { iso8601 } from './iso-8601.ts'
import { layoutReader } from './layout.ts'
import type { Parsed, TimeFormat } from './time-format.ts'

/** No header is longer. */
const within = 96
const timeLength = 48

const levels =
  /^(?:trace|debug|info|information|notice|warn|warning|error|err|crit|critical|alert|fatal|severe|panic)$/i
/** Ordinary words belong to a sentence. */
const ordinary = /^[A-Z]?[a-z]+[,.:;]?$/

const layout = (text: string) => {
  const parts = parseLayout(text)
  if (!Array.isArray(parts)) throw new Error(text)
  return layoutReader(parts)
}
const dayFirst = layout('%d %b %Y %H:%M:%S%?f')
const weekdayFirst = layout('%a %b %e %H:%M:%S %Y')

function parse(line: string): Parsed | undefined {
  const end = Math.min(line.length, within)
  for (let at = 1; at < end; at++) {
    const before = line[at - 1] ?? ''
    if (!' ["(=\t'.includes(before)) continue
    const parsed = timeAt(line, at)
    if (parsed !== undefined) return isHeader(line.slice(0, at)) ? parsed : undefined
  }
  return undefined
}

function timeAt(line: string, at: number): Parsed | undefined {
  if (digitAt(line, at) < 0) return line[at - 1] === '[' ? weekdayFirst(line, at) : undefined
  return line[at + 4] === '-' ? iso8601.parse(line.slice(at, at + timeLength)) : dayFirst(line, at)
}

const isHeader = (text: string): boolean => {
  const words = text
    .replace(/\[[^\]]*\]|\([^)]*\)|\{[^}]*\}/g, ' ')
    .split(/[\s[\]()"{}]+/)
    .filter((word) => word !== '')
  return words.every((word) => levels.test(word.replace(/[,.:;|]+$/, '')) || !ordinary.test(word))
}

export const embedded: TimeFormat = {
  name: 'embedded',
  example: 'ERROR [2024-05-17T03:12:44.123]',
  isWeak: true,
  parse,
}
