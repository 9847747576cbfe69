/** A rule at one time of a replay: its window line by line, and why it did or did not act. */

import type { Decision } from '../engine/decision.ts'
import type { Inspection, KeyInspection, RuleInspection, TargetInspection } from '../engine/inspection.ts'
import type { Rule } from '../engine/rule.ts'
import { knownUnits } from '../engine/target.ts'
import { type Instant, span } from '../engine/time.ts'
import { spanOf } from '../engine/windows/condition-span.ts'
import type { Fate } from '../engine/witness.ts'
import type { Colours } from './colours.ts'
import { counted } from './counted.ts'
import { actionWords, decisionWord, holdWords } from './decision-words.ts'
import { printable } from './printable.ts'
import { isoTime, spanText } from './time-text.ts'
import { conditionWords } from './timeline/gauge.ts'

/** A matching event, and what became of it. */
export interface Sighted {
  readonly at: Instant
  readonly source: string
  readonly text: string
  readonly fate: Fate
  /** Values of the rule's `group_by`; absent for an event that came too late. */
  readonly values?: readonly string[]
  /** Events of its window with it. */
  readonly count?: number
}

export interface ExplanationFacts {
  readonly rule: Rule
  readonly at: Instant
  readonly inspection: Inspection
  /** Matching events up to that time, the latest last. */
  readonly sighted: readonly Sighted[]
  /** How many came before those. */
  readonly forgotten: number
  /** The latest decisions up to that time, the latest last. */
  readonly decisions: readonly Decision[]
}

const fateWords: Readonly<Record<Fate, string>> = {
  counted: 'counted',
  cooldown: 'ignored: cooldown',
  grace: 'ignored: grace',
  late: 'dropped: too late',
}
/** Lines that people are shown of a window. */
const shownLines = 100

/** Matching events near enough to have been in the window, or ignored, at that time. */
const near = ({ rule, at, sighted }: ExplanationFacts): readonly Sighted[] =>
  sighted.filter((line) => span(line.at, at) <= spanOf(rule.condition))

/** One sentence for each reason, the one that counts first. */
export function reasons(facts: ExplanationFacts): readonly string[] {
  const { rule, at, inspection, decisions } = facts
  const last = decisions.at(-1)
  const state = inspection.rules.find((one) => one.rule === rule.name)
  const held = targetsOf(rule, inspection).flatMap((target) => targetReasons(target))
  const found: string[] = []
  if (last !== undefined && last.at === at) found.push(`${decisionSentence(last)} at this very time`)
  else if (last !== undefined) found.push(`${decisionSentence(last)} ${spanText(span(last.at, at))} before`)
  found.push(...held)
  const windows = state?.windows.filter(({ count }) => count > 0) ?? []
  if (last?.at !== at) found.push(windowReason(rule, state, windows))
  const ignored = near(facts).filter(({ fate }) => fate !== 'counted')
  if (ignored.length > 0)
    found.push(
      `${counted(ignored.length, 'matching event')} in the span of the window ${ignored.length === 1 ? 'was' : 'were'} not counted`,
    )
  return found
}

function decisionSentence(decision: Decision): string {
  const key = [...decision.key].map(([name, value]) => `${name}=${printable(value, 40)}`).join(', ')
  const of = key === '' ? '' : ` for ${key}`
  return decision.kind === 'act'
    ? `it acted${of}: ${decision.actions.map(actionWords).join(', ')},`
    : `it was held back${of}: ${holdWords(decision.because, decision.targets)},`
}

function windowReason(
  rule: Rule,
  state: RuleInspection | undefined,
  windows: readonly KeyInspection[],
): string {
  const needed = conditionWords(rule.condition)
  const [fullest] = [...windows].sort((one, other) => other.count - one.count)
  if (fullest === undefined) {
    const latest =
      state?.latest === undefined
        ? 'no event had matched'
        : `the last matching event came at ${isoTime(state.latest)}`
    return rule.condition.kind === 'absence' && state?.latest !== undefined
      ? `the condition (${needed}) was not true: ${latest}`
      : `the window was empty: ${latest}; it takes ${needed}`
  }
  const value = fullest.value === undefined ? '' : `, value ${Number(fullest.value.toPrecision(6))}`
  return `the window held ${counted(fullest.count, 'event')}${value}; it takes ${needed}`
}

const targetsOf = (rule: Rule, { targets }: Inspection): readonly TargetInspection[] =>
  targets.filter(({ unit, mode }) => mode === rule.mode && knownUnits(rule).includes(unit))

const targetReasons = ({ unit, cooldown, givenUp }: TargetInspection): readonly string[] => [
  ...(cooldown === undefined
    ? []
    : [
        `${unit} was in a cooldown until ${isoTime(cooldown.until)}: ${counted(cooldown.ignored, 'matching event')} ignored so far`,
      ]),
  ...(givenUp === undefined ? [] : [`the watchdog had given ${unit} up since ${isoTime(givenUp.since)}`]),
]

/** Several lines, without the last line end. */
export function explanationText(facts: ExplanationFacts, colours: Colours): string {
  const { rule, at, forgotten } = facts
  const lines = near(facts)
  const shown = lines.slice(-shownLines)
  const missing = lines.length - shown.length + (lines.length === facts.sighted.length ? forgotten : 0)
  const does = rule.actions.map(actionWords).join(', ') || 'nothing'
  return [
    `${colours.bold(rule.name)} at ${isoTime(at)}`,
    colours.dim(`${conditionWords(rule.condition)} → ${does}; cooldown ${spanText(rule.cooldown)}`),
    '',
    ...(missing > 0 ? [colours.dim(`  … ${counted(missing, 'earlier event')}`)] : []),
    ...shown.map((line) => lineText(line, rule, colours)),
    ...(lines.length === 0 ? [colours.dim('  no matching event in the span of the window')] : []),
    '',
    ...reasons(facts).map((reason) => `- ${reason.replace(/,$/, '')}`),
  ].join('\n')
}

function lineText(
  { at, source, text, fate, values = [], count }: Sighted,
  rule: Rule,
  colours: Colours,
): string {
  const key = rule.groupBy.map((name, index) => `${name}=${printable(values[index] ?? '', 40)}`).join(' ')
  const window = count === undefined ? '' : ` ${count}`
  const word =
    fate === 'counted' ? colours.green(`${fateWords[fate]}${window}`) : colours.yellow(fateWords[fate])
  return `  ${isoTime(at)}  ${word}  ${key === '' ? '' : `${key}  `}${colours.dim(source)}  ${printable(text)}`
}

/** One object for programs. */
export const explanationJson = (facts: ExplanationFacts) => ({
  type: 'explanation',
  rule: facts.rule.name,
  time: isoTime(facts.at),
  condition: conditionWords(facts.rule.condition),
  reasons: reasons(facts),
  events: near(facts).map(({ at, source, text, fate, values = [], count }) => ({
    time: isoTime(at),
    source,
    text,
    fate,
    key: Object.fromEntries(facts.rule.groupBy.map((name, index) => [name, values[index] ?? ''])),
    count: count ?? null,
  })),
  decisions: facts.decisions.map((decision) => ({
    time: isoTime(decision.at),
    id: decision.id,
    decision: decisionWord(decision),
  })),
})
