/** The trials of a sweep as tables: one for each cooldown, and one for all cooldowns that come to the same. Pure. */

import type { Duration } from '../engine/time.ts'
import { limitWords, trialWords } from './setting-words.ts'
import { spanText } from './time-text.ts'
import type { Trial, Tuning } from './tuning.ts'

export interface Grid {
  /** `cooldown 15s, 30s`; empty where the cooldowns are the rows. */
  readonly title: string
  /** What the rows and the columns are. */
  readonly rowName: string
  readonly columnName: string
  readonly columns: readonly string[]
  readonly rows: readonly { readonly label: string; readonly trials: readonly Trial[] }[]
}

export function gridsOf(tuning: Tuning): readonly Grid[] {
  const { limits, withins, cooldowns } = tuning.sweep
  const columns = withins.map(spanText)
  const rowOf = (limit: number | undefined, cooldown: Duration): readonly Trial[] =>
    tuning.trials.filter(({ setting }) => setting.limit === limit && setting.cooldown === cooldown)
  if (limits.length === 0) {
    const rows = cooldowns.map((cooldown) => ({
      label: spanText(cooldown),
      trials: rowOf(undefined, cooldown),
    }))
    return [{ title: '', rowName: 'cooldown', columnName: 'window', columns, rows }]
  }
  const groups = new Map<string, { cooldowns: Duration[]; rows: Grid['rows'] }>()
  for (const cooldown of cooldowns) {
    const rows = limits.map((limit) => ({
      label: limitWords(limit, tuning.limit),
      trials: rowOf(limit, cooldown),
    }))
    const id = JSON.stringify(rows.map(({ trials }) => trials.map(trialWords)))
    const group = groups.get(id)
    if (group === undefined) groups.set(id, { cooldowns: [cooldown], rows })
    else {
      // The present setting, or the one that is suggested, must be among those that are shown.
      if (rows.some(({ trials }) => trials.some((trial) => isMarked(trial, tuning)))) group.rows = rows
      group.cooldowns.push(cooldown)
    }
  }
  return [...groups.values()].map((group) => ({
    title: `cooldown ${group.cooldowns.map(spanText).join(', ')}`,
    rowName: tuning.limit ?? 'limit',
    columnName: 'window',
    columns,
    rows: group.rows,
  }))
}

const isMarked = (trial: Trial, { suggestion }: Tuning): boolean => trial === suggestion.trial
