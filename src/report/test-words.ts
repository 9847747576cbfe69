/** How a test differs from what was expected, in words: the same in every report. */

import type { Expectation } from '../config/rule-test.ts'
import { instant } from '../engine/time.ts'
import { counted } from './counted.ts'
import { actionsWords, holdWords, seenWords } from './decision-words.ts'
import { printable } from './printable.ts'
import type { Comparison, Seen, TestResult, Verdict } from './test-result.ts'
import { isoTime, spanText } from './time-text.ts'

export interface DifferenceLine {
  /** As in a diff: as expected, expected and missing, not expected; `note` explains what is above. */
  readonly kind: Comparison['kind'] | 'note'
  readonly text: string
}

/** In the order of time, and then what the rules saw; where the test could not be run, why. */
export function differenceLines(result: TestResult): readonly DifferenceLine[] {
  if (result.problem !== undefined) return [{ kind: 'note', text: result.problem }]
  const lines = result.comparisons.flatMap((comparison) => linesOf(comparison, result))
  const unmet = result.comparisons.flatMap((comparison) =>
    comparison.kind === 'missing' ? [comparison.expected] : [],
  )
  const explained = result.seen.filter(({ status }) =>
    unmet.some(({ rule }) => rule === undefined || rule === status.rule),
  )
  return [
    ...lines,
    ...explained.map((seen): DifferenceLine => ({ kind: 'note', text: seenText(seen, result) })),
  ]
}

function linesOf(comparison: Comparison, result: TestResult): readonly DifferenceLine[] {
  if (comparison.kind === 'missing') {
    const { expected } = comparison
    const text = `${timeText(expected.at, result)}  ${whose(expected)}  ${expectedWords(expected)}`
    if (expected.at <= result.length) return [{ kind: 'missing', text }]
    const note = `the test ends at ${timeText(result.length, result)}; "until" makes it longer`
    return [
      { kind: 'missing', text },
      { kind: 'note', text: note },
    ]
  }
  const { kind, verdict } = comparison
  const text = `${timeText(verdict.at, result)}  ${whose(verdict)}  ${verdictWords(verdict)}`
  return kind === 'same'
    ? [{ kind, text }]
    : [{ kind, text }, ...causes(verdict).map((text): DifferenceLine => ({ kind: 'note', text }))]
}

/** As rule files write it; of recorded logs with the time of the log. */
function timeText(at: number, { start, recorded }: TestResult): string {
  const text = `${at < 0 ? '-' : ''}${spanText(Math.abs(at))}`
  return recorded ? `${text} (${isoTime(instant(start + at))})` : text
}

const whose = ({ rule, key }: Pick<Expectation, 'rule' | 'key'>): string =>
  `${rule ?? 'any rule'}${key === undefined || key.size === 0 ? '' : ` [${partsWords(key)}]`}`

const partsWords = (key: ReadonlyMap<string, string>): string =>
  [...key].map(([name, value]) => `${name}=${printable(value, 80)}`).join(', ')

const expectedWords = ({ decision, target }: Expectation): string =>
  target === undefined ? decision : `${decision} on ${target}`

function verdictWords({ decision, of }: Verdict): string {
  if (of === undefined || decision === 'recovered' || decision === 'not-recovered') return decision
  return of.kind === 'act' ? `act: ${actionsWords(of)}` : `${decision}: ${holdWords(of.because, of.targets)}`
}

/** The events that a decision was made of. */
function causes({ of, decision }: Verdict): readonly string[] {
  if (of === undefined || decision === 'recovered' || decision === 'not-recovered') return []
  const text = of.last?.text
  return [seenWords(of), ...(text === undefined ? [] : [`last line: ${printable(text)}`])]
}

function seenText({ status, last }: Seen, result: TestResult): string {
  const { rule, matched, ignored, late } = status
  const parts = [
    `${counted(matched, 'event')} matched`,
    ...(ignored > 0 ? [`${ignored} ignored in a cooldown or grace`] : []),
    ...(late > 0 ? [`${late} dropped as too late`] : []),
    ...(last === undefined
      ? []
      : [`the last at ${timeText(last.at - result.start, result)}: ${printable(last.text)}`]),
  ]
  return `${rule}: ${parts.join(', ')}`
}
