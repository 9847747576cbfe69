/** Where the time of a replay went: a table of the rules, the costliest first. Pure. */

import type { EngineStatus } from '../engine/status.ts'
import { percent } from './percent.ts'
import { printable } from './printable.ts'

/** `total` is the time of the whole replay, in µs; `events` those that were read. */
export function profileText({ rules }: EngineStatus, total: number, events: number): string {
  const costliest = [...rules].sort((a, b) => b.spent - a.spent)
  const rows = costliest.map(({ rule, spent, matched }) => [
    printable(rule),
    percent(total === 0 ? 0 : spent / total),
    inSeconds(spent),
    events === 0 ? '-' : `${(spent / events).toFixed(2)} µs`,
    String(matched),
  ])
  const spent = rules.reduce((sum, rule) => sum + rule.spent, 0)
  const table = [['rule', 'share', 'time', 'per event', 'matched'], ...rows]
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? []
  const lines = table.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  )
  const heading = `Where the time went: ${inSeconds(spent)} of ${inSeconds(total)} in the rules, the rest in reading`
  return [heading, ...lines.map((line) => `  ${line}`)].join('\n')
}

const inSeconds = (microseconds: number): string => `${(microseconds / 1_000_000).toFixed(3)} s`
