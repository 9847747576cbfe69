/** Decisions, actions and attempts in words: the same in every log and every report. */

import type { Decision, HoldReason } from '../engine/decision.ts'
import type { Attempt } from '../engine/input.ts'
import type { Action } from '../engine/rule.ts'
import { printable } from './printable.ts'

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
  }
}

/** `restart site.service: done`. */
export const attemptWords = ({ action, result, message }: Attempt): string =>
  `${actionWords(action)}: ${message === undefined ? result : `${result}: ${message}`}`
