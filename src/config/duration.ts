/** Time spans as systemd writes them: `90s`, `1min 30s`, `2h`. See systemd.time(7). Pure. */

import { type Duration, microseconds } from '../engine/time.ts'

const second = 1_000_000

/** Microseconds of each unit and all its spellings. */
const units = new Map<string, number>(
  (
    [
      [1, 'us', 'usec', 'µs', 'μs'],
      [1_000, 'ms', 'msec'],
      [second, 's', 'sec', 'second', 'seconds'],
      [60 * second, 'm', 'min', 'minute', 'minutes'],
      [3_600 * second, 'h', 'hr', 'hour', 'hours'],
      [86_400 * second, 'd', 'day', 'days'],
      [604_800 * second, 'w', 'week', 'weeks'],
      [2_629_800 * second, 'M', 'month', 'months'],
      [31_557_600 * second, 'y', 'year', 'years'],
    ] as const
  ).flatMap(([size, ...names]) => names.map((name): [string, number] => [name, size])),
)

/** Longest span that is taken: a hundred years, which leaves room to add it to any time. */
const longest = 3_155_760_000 * second

/** The span in microseconds, or what is wrong with it. */
export function parseDuration(text: string): Duration | string {
  const expected = 'expected a time span such as 90s, 1min 30s or 2h'
  if (text.trim() === '') return `${expected}, got nothing`
  if (/^\s*[-+]/.test(text)) return `${expected}, got ${JSON.stringify(text)}; it cannot be signed`
  if (/^\s*[\d.]+\s*$/.test(text))
    return `${expected}, got ${text.trim()} without a unit; did you mean ${text.trim()}s?`
  let total = 0
  let rest = text.trim()
  while (rest !== '') {
    const part = /^(\d+(?:\.\d+)?)\s*([a-zA-Zµμ]+)\s*/.exec(rest)
    if (part === null) return `${expected}, got ${JSON.stringify(text)}`
    const [whole, number = '', unit = ''] = part
    const size = units.get(unit)
    if (size === undefined)
      return `${expected}, got the unknown unit "${unit}"; units are us, ms, s, min, h, d, w, M, y`
    total += Math.round(Number(number) * size)
    rest = rest.slice(whole.length)
  }
  return total > longest
    ? `${expected}, got ${JSON.stringify(text)}; the longest is 100y`
    : microseconds(total)
}
