/** Time spans as systemd writes them: `90s`, `1min 30s`, `2h`. See systemd.time(7). Pure. */

import { type Duration, microseconds } from '../engine/time.ts'
import { didYouMean } from './did-you-mean.ts'
import { expectedGot, Mistake, quoted } from './mistake.ts'

const second = 1_000_000n

/** Microseconds of each unit, by all its spellings. Upper and lower case differ: `M` is a month, `m` a minute. */
const units: ReadonlyMap<string, bigint> = new Map(
  (
    [
      [1n, 'us', 'usec', 'µs', 'μs'],
      [1_000n, 'ms', 'msec'],
      [second, 's', 'sec', 'second', 'seconds'],
      [60n * second, 'm', 'min', 'minute', 'minutes'],
      [3_600n * second, 'h', 'hr', 'hour', 'hours'],
      [86_400n * second, 'd', 'day', 'days'],
      [604_800n * second, 'w', 'week', 'weeks'],
      [2_629_800n * second, 'M', 'month', 'months'],
      [31_557_600n * second, 'y', 'year', 'years'],
    ] as const
  ).flatMap(([size, ...names]) => names.map((name): [string, bigint] => [name, size])),
)

/** A hundred years: as much as can be added to any time of ours. */
const longest = 100n * 31_557_600n * second

/** Completes "expected …". */
export const durationWords = 'a time span such as 90s, 1min 30s or 2h'

/** The span in microseconds, or what is wrong with it. What is less than a microsecond is left out, as systemd does. */
export function parseDuration(text: string): Duration | Mistake {
  const wrong = (hint?: string, suggestion?: string): Mistake =>
    new Mistake(
      'bad-duration',
      expectedGot(durationWords, text.trim() === '' ? 'nothing' : quoted(text), hint),
      { suggestion },
    )
  if (text.length > 100) return wrong()
  if (/^\s*[-+]/.test(text)) return wrong('leave out the sign')
  let total = 0n
  let rest = text.trim()
  if (rest === '') return wrong()
  while (rest !== '') {
    const part = /^(\d*)(?:\.(\d+))?\s*([a-zA-Z\u00b5\u03bc]*)\s*/.exec(rest)
    const [whole = '', integer = '', fraction = '', unit = ''] = part ?? []
    if (integer === '' && fraction === '') return wrong()
    const size = units.get(unit)
    if (unit === '')
      return whole === text.trim()
        ? wrong(`did you mean ${whole}s?`, `${whole}s`)
        : wrong('each number needs its unit')
    if (size === undefined) return wrong(unknownUnit(unit))
    total += (BigInt(integer + fraction) * size) / 10n ** BigInt(fraction.length)
    rest = rest.slice(whole.length)
  }
  return total > longest ? wrong('the longest is 100y') : microseconds(Number(total))
}

function unknownUnit(unit: string): string {
  const meant = didYouMean(unit, units.keys())
  return meant === undefined
    ? `${quoted(unit)} is none of the units us, ms, s, min, h, d, w, M, y`
    : `did you mean ${quoted(meant)}?`
}
