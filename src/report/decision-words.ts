/** Decisions, actions and attempts in words: the same in every log and every report. */

import type { Closing, Deafness, Decision, Grace, HoldReason } from '../engine/decision.ts'
import type { Attempt } from '../engine/input.ts'
import type { Action } from '../engine/rule.ts'
import { span } from '../engine/time.ts'
import { counted } from './counted.ts'
import { printable } from './printable.ts'
import { isoTime, spanText } from './time-text.ts'

/** `act`, or the reason to hold back: how programs are told what was decided. */
export const decisionWord = (decision: Decision): 'act' | HoldReason =>
  decision.kind === 'act' ? 'act' : decision.because

/** The unit that a decision is about; the first, where there are several; `null` for a rule of commands alone. */
export const targetOf = ({ targets }: { readonly targets: readonly string[] }): string | null =>
  targets[0] ?? null

/** `restart site.service`. */
export function actionWords(action: Action): string {
  switch (action.kind) {
    case 'unit':
      return `${action.verb.replaceAll('_', '-')} ${action.unit}`
    case 'kill':
      return `kill ${action.unit} with ${action.signal}`
    case 'command':
      return `run ${action.argv[0] ?? ''}`
    case 'alert':
      return `alert ${action.alert}`
  }
}

export const actionsWords = ({ actions }: Decision): string => actions.map(actionWords).join(', ')

/** `worker=7, host=a`; empty without a key. */
export const keyWords = ({ key }: Decision): string =>
  [...key].map(([name, value]) => `${name}=${printable(value, 80)}`).join(', ')

export function holdWords(because: HoldReason, targets: readonly string[]): string {
  switch (because) {
    case 'stopped':
      return `${targets.join(', ')} was stopped by an administrator and stays stopped`
    case 'dry-run':
      return 'dry run'
    case 'cooldown':
      return `${targets.join(', ')} is in the cooldown of another rule's action`
    case 'budget':
      return `given up: its budget of actions is spent; an operator must look at ${targets.join(', ') || 'it'}`
    case 'paused':
      return 'paused by an operator'
    case 'stale':
      return 'its last event was already too old when it was read'
    case 'not-allowed':
      return 'the key names a unit that the rule may not act upon'
  }
}

/** `restart site.service: done`. */
export const attemptWords = ({ action, result, message }: Attempt): string =>
  `${actionWords(action)}: ${message === undefined ? result : `${result}: ${message}`}`

/** `3 events in 1min 21s`, or what there was instead. */
export function seenWords({ count, value, first, last, at, incomplete, by }: Decision): string {
  if (by !== undefined) return `wanted by ${printable(by, 80)}`
  const since =
    first === undefined
      ? 'no event'
      : `${counted(count, 'event')} in ${spanText(span(first.at, last?.at ?? at))}`
  const shown = value === undefined ? '' : `, value ${Number(value.toPrecision(6))}`
  return `${since}${shown}${incomplete ? ', events may be missing' : ''}`
}

export function closingWords({
  decision,
  recovered,
  because,
}: Pick<Closing, 'decision' | 'recovered' | 'because'>): string {
  const what = decision.targets.join(', ') || decision.rule
  if (recovered) return `${what} has recovered`
  return because === 'unit'
    ? `${what} has not recovered: it does not run`
    : `${what} has not recovered: the condition came true again`
}

export const graceWords = ({ unit, at, until }: Grace): string =>
  `${unit} was stopped, started or reloaded by somebody at ${isoTime(at)}: events are ignored until ${isoTime(until)}`

export const deafnessWords = ({ last }: Deafness): string =>
  `no event matched since ${last === undefined ? 'the start' : isoTime(last)}: has the wording of the log changed?`
