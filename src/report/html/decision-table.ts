/** The decisions of a rule as a table: all that its chart marks, for whoever does not see it. Pure. */

import type { Evidence } from '../../engine/decision.ts'
import { closingWords, keyWords, seenWords } from '../decision-words.ts'
import { printable } from '../printable.ts'
import { isoTime } from '../time-text.ts'
import type { Mark, RuleHistory } from '../timeline/rule-timeline.ts'
import { markup } from './markup.ts'
import { verdictWords } from './words.ts'

/** More rows than these are folded away at first. */
const openRows = 12

/** `number` is that of the rule on the page. */
export function decisionTable({ rule, marks, unmarked }: RuleHistory, number: number): string {
  if (marks.length === 0) return '<p class="dim">It decided nothing.</p>'
  const hasKeys = rule.groupBy.length > 0
  const heads = ['Time (UTC)', ...(hasKeys ? ['Key'] : []), 'Decision', 'On what', 'First and last line']
  const rest = unmarked === 0 ? '' : `, the first ${marks.length} of ${marks.length + unmarked}`
  return [
    `<details${marks.length > openRows ? '' : ' open'}><summary>Decisions of ${markup(rule.name)} (${marks.length}${rest})</summary>`,
    '<div class="scroll"><table>',
    `<thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead><tbody>`,
    ...marks.map((mark, index) => row(mark, { rule: number, mark: index, hasKeys })),
    '</tbody></table></div></details>',
  ].join('\n')
}

function row(
  { decision, closing }: Mark,
  { rule, mark, hasKeys }: { rule: number; mark: number; hasKeys: boolean },
): string {
  const time = isoTime(decision.at).replace('T', ' ').replace('Z', '')
  const ending = closing === undefined ? '' : `<br>${markup(closingWords(closing))}`
  return [
    `<tr><td class="time"><button type="button" data-rule="${rule}" data-mark="${mark}" title="Show it in the chart">${time}</button></td>`,
    hasKeys ? `<td>${markup(keyWords(decision))}</td>` : '',
    `<td class="${decision.kind === 'act' ? 'act' : 'held'}">${markup(verdictWords(decision))}${ending}</td>`,
    `<td>${markup(seenWords(decision))}</td>`,
    `<td class="lines">${[decision.first, decision.last].map(lineText).filter(Boolean).join('<br>')}</td></tr>`,
  ].join('')
}

const lineText = (line: Evidence | undefined): string =>
  line?.text === undefined ? '' : markup(printable(line.text))
