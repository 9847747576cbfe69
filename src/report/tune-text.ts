/** A sweep over the settings of a rule as people read it on a terminal. Pure. */

import type { Colours } from './colours.ts'
import { counted } from './counted.ts'
import { caughtOf, incidentWords, settingWords, trialSentence, trialWords } from './setting-words.ts'
import { isoTime } from './time-text.ts'
import { type Grid, gridsOf } from './tune-grid.ts'
import type { Trial, Tuning } from './tuning.ts'

/** Several lines, without the last line end. */
export function tuningText(tuning: Tuning, colours: Colours): string {
  const { suggestion, incidents, present, limit } = tuning
  const shown = suggestion.trial
  return [
    ...heading(tuning, colours),
    '',
    ...gridsOf(tuning).flatMap((grid) => [...gridLines(grid, tuning, colours), '']),
    legend(tuning),
    ...(incidents.length === 0
      ? []
      : [
          '',
          'Those that catch the most and invent the fewest, the earliest first:',
          ...bestLines(tuning),
          '',
          `The incidents, as ${settingWords(shown.setting, limit)} would have met them:`,
          ...incidents.map((incident, index) => `  ${incidentWords(incident, index, shown)}`),
        ]),
    '',
    shown === present
      ? `${colours.bold('Suggestion:')} keep ${settingWords(present.setting, limit)}.`
      : `${colours.bold('Suggestion:')} ${settingWords(shown.setting, limit)}, instead of ${settingWords(present.setting, limit)}.`,
    ...suggestion.reasons.map((reason) => `  - ${reason}`),
  ].join('\n')
}

/** What was judged, and by what. */
export function heading(tuning: Tuning, colours: Colours): readonly string[] {
  const { rule, matched, first, last, trials, present, limit, related } = tuning
  const time = first === undefined || last === undefined ? '' : `, from ${isoTime(first)} to ${isoTime(last)}`
  return [
    `${colours.bold(rule)}: ${counted(matched, 'matching event')}${time}`,
    `${counted(trials.length, 'setting')} tried; the present one is ${settingWords(present.setting, limit)}`,
    incidentsLine(tuning),
    ...(related.length === 0
      ? []
      : [`Rules that act upon the same units were taken as they are: ${related.join(', ')}`]),
  ]
}

function incidentsLine({ incidents, incidentsFrom, outside }: Tuning): string {
  const beyond = outside === 0 ? '' : `, and ${outside} that the logs do not reach`
  switch (incidentsFrom) {
    case 'file':
      return `${counted(incidents.length, 'known incident')}${beyond}`
    case 'journal':
      return `${counted(incidents.length, 'restart')} in the journal${beyond}, each taken for the end of an incident; a deploy is one, too: --incidents FILE is surer`
    case 'nowhere':
      return 'No incident is known; --incidents FILE names some'
  }
}

const mostShown = 5

function bestLines({ trials, limit }: Tuning): readonly string[] {
  const order = (one: Trial, other: Trial): number =>
    caughtOf(other) - caughtOf(one) ||
    (one.score?.invented ?? 0) - (other.score?.invented ?? 0) ||
    (one.score?.delay ?? 0) - (other.score?.delay ?? 0)
  const sorted = [...trials].sort(order)
  // Another cooldown is seldom another result.
  const first = new Map(sorted.toReversed().map((trial) => [windowOf(trial), trial]))
  return sorted
    .filter((trial) => first.get(windowOf(trial)) === trial)
    .slice(0, mostShown)
    .map((trial) => `  ${settingWords(trial.setting, limit)}: ${trialSentence(trial)}`)
}

const windowOf = ({ setting: { limit, within } }: Trial): string => `${limit} ${within}`

/** What a cell says. */
const legend = ({ incidents }: Tuning): string =>
  incidents.length === 0
    ? 'Each cell: actions. * is the present setting, > the suggested one.'
    : 'Each cell: actions, incidents caught/known, +actions in none of them. * is the present setting, > the suggested one.'

function gridLines(grid: Grid, tuning: Tuning, colours: Colours): readonly string[] {
  const rows = grid.rows.map(({ label, trials }) => ({
    label,
    cells: trials.map((trial) => ({ text: `${markOf(trial, tuning)}${trialWords(trial)}`, trial })),
  }))
  const first = Math.max(grid.rowName.length, ...rows.map(({ label }) => label.length))
  const widths = grid.columns.map((column, index) =>
    Math.max(column.length + 1, ...rows.map(({ cells }) => cells[index]?.text.length ?? 0)),
  )
  const head = grid.columns.map((column, index) => ` ${column}`.padEnd(widths[index] ?? 0))
  return [
    ...(grid.title === '' ? [] : [colours.bold(grid.title)]),
    `  ${grid.rowName.padEnd(first)}  ${head.join('  ')}`.trimEnd(),
    ...rows.map(({ label, cells }) =>
      `  ${label.padStart(first)}  ${cells
        .map(({ text, trial }, index) => coloured(trial, colours)(text.padEnd(widths[index] ?? 0)))
        .join('  ')}`.trimEnd(),
    ),
  ]
}

/** One character for the present setting and the suggested one. */
const markOf = (trial: Trial, { present, suggestion }: Tuning): string =>
  trial === suggestion.trial ? '>' : trial === present ? '*' : ' '

function coloured(trial: Trial, colours: Colours): (text: string) => string {
  const { score } = trial
  if (score === undefined) return (text) => text
  const isWhole = caughtOf(trial) === score.caught.length
  if (isWhole && score.invented === 0) return colours.green
  return isWhole || score.invented === 0 ? colours.yellow : colours.red
}
