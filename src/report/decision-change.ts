/** What changes when one rule file takes the place of another, and how people and programs are told of it. Pure. */

import type { Decision } from '../engine/decision.ts'
import { span } from '../engine/time.ts'
import type { Colours } from './colours.ts'
import { counted } from './counted.ts'
import { decisionJson } from './decision-json.ts'
import { actionsWords, holdWords, keyWords, seenWords } from './decision-words.ts'
import { printable } from './printable.ts'
import { isoTime, spanText } from './time-text.ts'

export type DecisionChange =
  | { readonly kind: 'appears'; readonly new: Decision }
  | { readonly kind: 'vanishes'; readonly old: Decision }
  | {
      readonly kind: 'changes'
      readonly old: Decision
      readonly new: Decision
      /** `kind`: to act, or why not; never empty. */
      readonly of: readonly ('kind' | 'time' | 'actions')[]
    }

export interface Comparison {
  /** In the order of time. */
  readonly changes: readonly DecisionChange[]
  /** Decisions that are the same. */
  readonly same: number
  /** Decisions to act. */
  readonly acted: { readonly old: number; readonly new: number }
  /** Rules that only one of the files has. */
  readonly rules: { readonly old: readonly string[]; readonly new: readonly string[] }
}

/** Several lines, without the last line end. */
export function changeText(change: DecisionChange, colours: Colours): string {
  switch (change.kind) {
    case 'appears':
      return paragraph(colours.green('+'), change.new, doneWords(change.new), colours)
    case 'vanishes':
      return paragraph(colours.red('-'), change.old, doneWords(change.old), colours)
    case 'changes': {
      const what = doneWords(change.new)
      const before = doneWords(change.old)
      const instead = what === before ? '' : `; before: ${before}`
      return paragraph(colours.yellow('~'), change.new, `${what}${shiftWords(change)}${instead}`, colours)
    }
  }
}

const paragraph = (sign: string, decision: Decision, what: string, colours: Colours): string =>
  [
    `${sign} ${isoTime(decision.at)}  ${colours.bold(decision.rule)}${decision.key.size === 0 ? '' : ` [${keyWords(decision)}]`}  ${what}`,
    `      ${seenWords(decision)}`,
    ...(decision.last?.text === undefined ? [] : [`      last ${printable(decision.last.text)}`]),
  ].join('\n')

const doneWords = (decision: Decision): string =>
  decision.kind === 'act'
    ? `would ${actionsWords(decision)}`
    : `held back: ${holdWords(decision.because, decision.targets)}`

function shiftWords({ old, new: now }: Extract<DecisionChange, { kind: 'changes' }>): string {
  const shift = span(old.at, now.at)
  if (shift === 0) return ''
  return `, ${spanText(Math.abs(shift))} ${shift < 0 ? 'earlier' : 'later'} than at ${isoTime(old.at)}`
}

/** The last lines of the text report. */
export function comparisonText(comparison: Comparison, files: readonly [string, string]): string {
  const { changes, same, acted, rules } = comparison
  const of = (kind: DecisionChange['kind']): number => changes.filter((change) => change.kind === kind).length
  const only = (names: readonly string[], file: string): readonly string[] =>
    names.length === 0 ? [] : [`Only in ${file}: ${names.join(', ')}.`]
  const [oldFile, newFile] = files
  return [
    ...only(rules.old, oldFile),
    ...only(rules.new, newFile),
    changes.length === 0
      ? `No decision changes; ${counted(same, 'decision')} in all.`
      : `${counted(changes.length, 'change')}: ${of('appears')} + appear, ${of('vanishes')} - vanish, ${of('changes')} ~ change; ${same} stay as they are.`,
    `Actions: ${acted.old} by ${oldFile}, ${acted.new} by ${newFile}.`,
  ].join('\n')
}

export const changeJson = (change: DecisionChange) => {
  const old = change.kind === 'appears' ? undefined : change.old
  const now = change.kind === 'vanishes' ? undefined : change.new
  return {
    type: 'change',
    change: change.kind,
    ...(change.kind === 'changes'
      ? { of: change.of, shiftSeconds: span(change.old.at, change.new.at) / 1_000_000 }
      : {}),
    old: old === undefined ? null : decisionJson(old),
    new: now === undefined ? null : decisionJson(now),
  }
}

export const comparisonJson = ({ changes, same, acted, rules }: Comparison) => ({
  type: 'summary',
  changes: changes.length,
  appear: changes.filter(({ kind }) => kind === 'appears').length,
  vanish: changes.filter(({ kind }) => kind === 'vanishes').length,
  change: changes.filter(({ kind }) => kind === 'changes').length,
  same,
  acted,
  onlyIn: rules,
})
