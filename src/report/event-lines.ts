/** What happens in a run, each in one line: the same in the log, in the journal and in the history. Pure. */

import type { Closing, CooldownEnd, Deafness, Decision } from '../engine/decision.ts'
import type { Attempt } from '../engine/input.ts'
import type { Instant } from '../engine/time.ts'
import {
  actionsWords,
  attemptWords,
  closingWords,
  deafnessWords,
  holdWords,
  keyWords,
  seenWords,
} from './decision-words.ts'
import { printable } from './printable.ts'

/** What a source says of itself; `SourceNotice` has this shape. */
export interface Notice {
  readonly kind: string
  readonly sources: readonly string[]
  readonly message: string
}

export function decisionLine(decision: Decision): string {
  const { rule, last } = decision
  const key = decision.key.size === 0 ? '' : ` [${keyWords(decision)}]`
  const lastText = last?.text === undefined ? '' : `, last: ${printable(last.text)}`
  return `${rule}${key}: ${doneWords(decision)} (${seenWords(decision)}${lastText})`
}

function doneWords(decision: Decision): string {
  if (decision.kind === 'act') return actionsWords(decision)
  return decision.because === 'dry-run'
    ? `would ${actionsWords(decision)}`
    : `held back: ${holdWords(decision.because, decision.targets)}`
}

export const evidenceLine = ({ rule }: Decision, path: string): string =>
  `${rule}: what was found before acting is kept in ${path}`

export const attemptLine = ({ rule }: Decision, attempt: Attempt): string =>
  `${rule}: ${attemptWords(attempt)}`

/** Somebody should look at it. */
export const isBad = ({ result }: Attempt): boolean => result !== 'done' && result !== 'stopped'

export const cooldownLine = ({ rule, ignored }: CooldownEnd): string =>
  `${rule}: cooldown over, ${ignored} matching events ignored during it`

export const closingLine = (closing: Closing): string => `${closing.decision.rule}: ${closingWords(closing)}`

export const deafnessLine = (deafness: Deafness): string => `${deafness.rule}: ${deafnessWords(deafness)}`

export const noticeLine = ({ sources, message }: Notice): string => `${sources.join(', ')}: ${message}`

/** What came of reading the rule file again; `ReloadResult` has this shape. */
export interface Reload {
  readonly at: Instant
  /** Who or what wanted it. */
  readonly by: string
  readonly result: 'changed' | 'unchanged' | 'refused'
  readonly message: string
}

/** Of what is wrong with a rule file it has several lines. */
export const reloadLine = ({ by, result, message }: Reload): string =>
  result === 'refused'
    ? `the rule file is wrong (${printable(by)}); the rules before it go on:\n${message}`
    : `rules ${result} (${printable(by)}): ${message}`

/** What an operator wanted, and what came of it. */
export interface GivenOrder {
  readonly at: Instant
  readonly order: 'pause' | 'resume' | 'act'
  /** Name of a rule or of a unit. */
  readonly subject: string
  readonly by: string
  readonly done: boolean
  readonly message: string
}

export const orderLine = ({ order, subject, by, message }: GivenOrder): string =>
  `${order} ${printable(subject)}, wanted by ${printable(by)}: ${message}`
