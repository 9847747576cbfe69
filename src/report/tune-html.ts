/** A sweep over the settings of a rule as one page: tables whose cells are coloured, and say the same in text. Pure. */

import { coloursFor } from './colours.ts'
import { printable } from './printable.ts'
import {
  caughtOf,
  delayWords,
  incidentWords,
  settingWords,
  trialSentence,
  trialWords,
} from './setting-words.ts'
import { type Grid, gridsOf } from './tune-grid.ts'
import { heading } from './tune-text.ts'
import type { Trial, Tuning } from './tuning.ts'

/** The whole document; it needs no script, no network and no other file. */
export function tuningHtml(tuning: Tuning): string {
  const { suggestion, present, limit, rule, incidents } = tuning
  const { setting } = suggestion.trial
  const title = `Settings of ${rule}`
  const advice =
    suggestion.trial === present
      ? `Keep ${settingWords(setting, limit)}`
      : `${settingWords(setting, limit)}, instead of ${settingWords(present.setting, limit)}`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<style>
${style}
</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
${heading(tuning, plain)
  .map((line) => `<p>${escaped(line)}</p>`)
  .join('\n')}
<section aria-labelledby="suggestion">
<h2 id="suggestion">Suggestion: ${escaped(advice)}</h2>
<ul>
${suggestion.reasons.map((reason) => `<li>${escaped(reason)}</li>`).join('\n')}
</ul>
</section>
${incidents.length === 0 ? '' : incidentList(tuning)}
<section aria-labelledby="settings">
<h2 id="settings">All settings</h2>
<p>${escaped(legend(tuning))}</p>
${incidents.length === 0 ? '' : colourLegend}
${gridsOf(tuning)
  .map((grid) => table(grid, tuning))
  .join('\n')}
</section>
</main>
</body>
</html>
`
}

const plain = coloursFor(false)

const legend = ({ incidents }: Tuning): string =>
  incidents.length === 0
    ? 'Each cell says how often that setting would have acted.'
    : 'Each cell says how often that setting would have acted, how many of the known incidents it would have caught, after + how many actions belong to none of them, and how late, or early, it acts: half of the time it is earlier.'

const colourLegend = `<ul class="legend">
<li class="good">catches every known incident, invents none</li>
<li class="eager">catches every one, invents some</li>
<li class="slow">misses some, invents none</li>
<li class="bad">misses some, invents some</li>
</ul>`

const incidentList = ({ incidents, suggestion }: Tuning): string =>
  `<section aria-labelledby="incidents">
<h2 id="incidents">Known incidents, under the suggested setting</h2>
<ul>
${incidents.map((incident, index) => `<li>${escaped(incidentWords(incident, index, suggestion.trial))}</li>`).join('\n')}
</ul>
</section>`

function table({ title, rowName, columnName, columns, rows }: Grid, tuning: Tuning): string {
  const caption = [title, `${rowName} by ${columnName}`].filter((text) => text !== '').join(': ')
  return `<div class="wide" role="region" aria-label="${escaped(caption)}" tabindex="0">
<table>
<caption>${escaped(caption)}</caption>
<thead><tr><th scope="col">${escaped(rowName)}</th>${columns.map((column) => `<th scope="col">${escaped(column)}</th>`).join('')}</tr></thead>
<tbody>
${rows
  .map(
    ({ label, trials }) =>
      `<tr><th scope="row">${escaped(label)}</th>${trials.map((trial) => cell(trial, tuning)).join('')}</tr>`,
  )
  .join('\n')}
</tbody>
</table>
</div>`
}

function cell(trial: Trial, tuning: Tuning): string {
  const { present, suggestion, limit } = tuning
  const marks = [
    ...(trial === suggestion.trial ? ['suggested'] : []),
    ...(trial === present ? ['present'] : []),
  ]
  const delay = trial.score?.delay
  const words = [...(delay === undefined ? [] : [delayWords(delay)]), ...marks]
    .map((text) => ` <small>${text}</small>`)
    .join('')
  const full = `${settingWords(trial.setting, limit)}: ${trialSentence(trial)}`
  return `<td class="${[shade(trial, tuning), ...marks].join(' ')}" title="${escaped(full)}">${escaped(trialWords(trial))}${words}</td>`
}

/** How good it is, where that is known; else how much it does, in five steps. */
function shade(trial: Trial, { trials }: Tuning): string {
  const { score, actions } = trial
  if (score !== undefined) {
    const isWhole = caughtOf(trial) === score.caught.length
    if (isWhole) return score.invented === 0 ? 'good' : 'eager'
    return score.invented === 0 ? 'slow' : 'bad'
  }
  const most = Math.max(1, ...trials.map((other) => other.actions.length))
  return `step${Math.ceil((4 * Math.log1p(actions.length)) / Math.log1p(most))}`
}

const escaped = (text: string): string =>
  printable(text, 2_000)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')

const style = `:root { --text: #1b1f24; --page: #ffffff; --line: #c8cdd3;
  --good: #b7e4c0; --eager: #ffe2a8; --slow: #c9dcff; --bad: #ffc4bd;
  --step0: #f4f6f8; --step1: #dbe9fb; --step2: #b6d3f7; --step3: #8bb8f0; --step4: #6ba1e6; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6e9ed; --page: #14171b; --line: #434a52;
    --good: #1d5a2f; --eager: #6b4a00; --slow: #23457d; --bad: #7a2a22;
    --step0: #1d2228; --step1: #1d3350; --step2: #214673; --step3: #265a96; --step4: #2c6db6; }
}
body { margin: 0; color: var(--text); background: var(--page); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 75rem; margin: 0 auto; padding: 1rem 1.5rem 3rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; } p { margin: 0.25rem 0; }
.wide { overflow-x: auto; margin: 1rem 0 2rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: 0.4rem; }
th, td { border: 1px solid var(--line); padding: 0.3rem 0.6rem; text-align: right; white-space: nowrap; }
td small { display: block; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 0.5rem; padding: 0; }
.legend li { padding: 0.1rem 0.6rem; border: 1px solid var(--line); }
td.present { outline: 2px dashed var(--text); outline-offset: -3px; }
td.suggested { outline: 3px solid var(--text); outline-offset: -3px; font-weight: 700; }
${['good', 'eager', 'slow', 'bad', 'step0', 'step1', 'step2', 'step3', 'step4']
  .map((name) => `.${name} { background: var(--${name}); }`)
  .join('\n')}`
