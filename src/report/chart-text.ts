/** The course of a replay as small charts for a terminal: the window's fill, and above it what was decided. */

import type { Instant } from '../engine/time.ts'
import type { Colours } from './colours.ts'
import { isoTime } from './time-text.ts'
import type { RuleHistory } from './timeline/rule-timeline.ts'

const levels = ' ▁▂▃▄▅▆▇█'
const narrowest = 20

/** Lines for each rule, without the last line end. `width` in characters. */
export function chartText(
  histories: readonly RuleHistory[],
  { first, last }: { readonly first: Instant; readonly last: Instant },
  width: number,
  colours: Colours,
): string {
  const columns = Math.max(narrowest, width - 2)
  const length = Math.max(1, last - first)
  const columnOf = (at: Instant): number =>
    Math.max(0, Math.min(columns - 1, Math.floor(((at - first) / length) * columns)))
  const [start, end] = [isoTime(first).slice(0, 16), isoTime(last).slice(0, 16)].map((text) =>
    text.replace('T', ' '),
  )
  const axis = `${start}${' '.repeat(Math.max(1, columns - 32))}${end}`
  return [
    ...histories.flatMap((history) => [
      `${colours.bold(history.rule.name)}  ${colours.dim(history.gauge.words)}`,
      `  ${marks(history, columns, columnOf, colours)}`,
      `  ${fill(history, columns, columnOf, colours)}`,
    ]),
    `  ${colours.dim(axis)}`,
  ].join('\n')
}

function marks(
  { marks, shades }: RuleHistory,
  columns: number,
  columnOf: (at: Instant) => number,
  colours: Colours,
): string {
  const cells = new Array<string>(columns).fill(' ')
  for (const { from, until } of shades) {
    const to = until === undefined ? columns - 1 : columnOf(until)
    for (let column = columnOf(from); column <= to; column++) cells[column] = colours.dim('╌')
  }
  for (const { decision } of marks) {
    const column = columnOf(decision.at)
    if (decision.kind === 'hold') cells[column] = colours.yellow('◇')
  }
  for (const { decision } of marks)
    if (decision.kind === 'act') cells[columnOf(decision.at)] = colours.red('▼')
  return cells.join('').trimEnd()
}

function fill(
  { buckets, gauge: { limit, isBelow } }: RuleHistory,
  columns: number,
  columnOf: (at: Instant) => number,
  colours: Colours,
): string {
  const greatest = new Array<number>(columns).fill(0)
  for (const { from, to, fill, ignored } of buckets) {
    for (let column = columnOf(from); column <= columnOf(to); column++) {
      const share = fill === undefined ? (ignored > 0 ? 0.01 : 0) : shareOf(fill, limit, isBelow)
      greatest[column] = Math.max(greatest[column] ?? 0, share)
    }
  }
  return greatest
    .map((share) => {
      const level = share === 0 ? 0 : Math.max(1, Math.min(8, Math.round(share * 8)))
      const cell = levels[level] ?? ' '
      return share >= 1 ? colours.red(cell) : cell
    })
    .join('')
    .trimEnd()
}

/** 1 where the condition may be true. */
const shareOf = (
  fill: { readonly min: number; readonly max: number },
  limit: number,
  isBelow: boolean,
): number => (isBelow ? (fill.min === 0 ? 1 : limit / fill.min) : fill.max / limit)
