/** One incident whole, as people read it. Pure. What stands in a log is made safe to show. */

import type { Colours } from '../report/colours.ts'
import { counted } from '../report/counted.ts'
import { printable } from '../report/printable.ts'
import { spanText } from '../report/time-text.ts'
import type { Account } from './account.ts'
import type { DecisionRecord } from './decision-record.ts'

/** Several lines, without the last line end. */
export function accountText({ id, decision, followed }: Account, colours: Colours): string {
  return [
    colours.bold(`incident ${printable(id, 60)}`),
    ...(decision === undefined
      ? [colours.yellow('    its decision is no longer in the journal')]
      : decisionRows(decision).map(([name, value]) => `    ${colours.dim(name.padEnd(nameWidth))}${value}`)),
    ...(followed.length === 0 ? [] : ['', colours.bold('what followed')]),
    ...followed.map(
      ({ record, message }) => `    ${printable(record.time, 40)}  ${printable(message, 2_000)}`,
    ),
  ].join('\n')
}

const nameWidth = 11

type Row = readonly [name: string, value: string]

function decisionRows(decision: DecisionRecord): readonly Row[] {
  const { rule, ruleHash, target, key, time, count, value, incomplete, by, policy } = decision
  const { cooldown, budget } = policy
  const keys = Object.entries(key).map(([name, part]) => `${printable(name, 80)}=${printable(part)}`)
  const actions = printable(decision.actions.join(', '))
  const decided = decision.decision === 'act' ? actions : `${decision.decision}: held back ${actions}`
  return [
    ['rule', `${printable(rule)} (${printable(ruleHash)})`],
    ...(target === null ? [] : [['target', printable(target)] as const]),
    ...(keys.length === 0 ? [] : [['key', keys.join(', ')] as const]),
    ['decided', `${printable(time, 40)}  ${decided}`],
    [
      'seen',
      `${counted(count, 'event')}${value === undefined ? '' : `, value ${value}`}${incomplete ? ', events may be missing' : ''}`,
    ],
    ...(by === undefined ? [] : [['wanted by', printable(by)] as const]),
    ...eventRow('first', decision.first, decision.firstEvent),
    ...eventRow('last', decision.last, decision.lastEvent),
    ['cooldown', spanText(cooldown)],
    ...(budget === undefined
      ? []
      : [['budget', `${budget.used} of ${counted(budget.allowed, 'action')} used before`] as const]),
  ]
}

const eventRow = (name: string, time: string | null, event: DecisionRecord['firstEvent']): readonly Row[] =>
  time === null
    ? []
    : [[name, `${printable(time, 40)}${event === undefined ? '' : `  ${printable(event.text, 1_000)}`}`]]
