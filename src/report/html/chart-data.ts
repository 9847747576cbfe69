/** What the page's script draws, as compact as it can be: lists of numbers, times in µs since the start. Pure. */

import type { Evidence } from '../../engine/decision.ts'
import { type Instant, span } from '../../engine/time.ts'
import { spanOf } from '../../engine/windows/condition-span.ts'
import { closingWords } from '../decision-words.ts'
import { printable } from '../printable.ts'
import { fillCurve } from '../timeline/fill-curve.ts'
import type { Mark, RuleHistory, Shade } from '../timeline/rule-timeline.ts'
import { decisionNote } from './words.ts'

/** The time that a page is about. */
export interface Period {
  readonly first: Instant
  readonly last: Instant
}

export function chartData(histories: readonly RuleHistory[], { first, last }: Period) {
  return {
    origin: first,
    length: Math.max(0, span(first, last)),
    rules: histories.map((history, id) => ruleData(history, id, first)),
  }
}

function ruleData(history: RuleHistory, id: number, first: Instant) {
  const { gauge, rule, buckets, closeUps, marks, shades } = history
  const since = (at: number): number => at - first
  const curve = fillCurve(history)
  return {
    id,
    name: rule.name,
    limit: gauge.limit,
    greatest: curve.reduce((greatest, { high }) => Math.max(greatest, high), 0),
    measure: gauge.measure,
    silence: rule.condition.kind === 'absence',
    share: rule.condition.kind === 'ratio',
    span: spanOf(rule.condition),
    curve: curve.map(({ at, low, high }) => [since(at), rounded(low), rounded(high)]),
    buckets: buckets.map(({ from, to, counted, ignored, fill, lines }) => [
      since(from),
      since(to),
      counted,
      ignored,
      fill === undefined ? null : rounded(fill.min),
      fill === undefined ? null : rounded(fill.max),
      lines.map(({ at, text }) => [since(at), printable(text)]),
    ]),
    closeUps: closeUps.map((shots) =>
      shots.map(({ at, fill, text }) => [
        since(at),
        fill === undefined ? null : rounded(fill),
        printable(text),
      ]),
    ),
    marks: marks.map((mark, number) => markData(mark, number, since)),
    shades: shades.map((shade) => shadeData(shade, since)),
  }
}

/** Few digits are enough for a picture, and make a smaller page. */
const rounded = (fill: number): number => Number(fill.toPrecision(6))

function markData({ decision, closing }: Mark, number: number, since: (at: number) => number) {
  const ending = closing === undefined ? '' : `; ${closingWords(closing)}`
  return {
    number,
    at: since(decision.at),
    acts: decision.kind === 'act',
    words: `${decisionNote(decision)}${ending}`,
    lines: [decision.first, decision.last].flatMap((line) => lineData(line, since)),
  }
}

const lineData = (line: Evidence | undefined, since: (at: number) => number) =>
  line?.text === undefined ? [] : [[since(line.at), printable(line.text)]]

function shadeData({ from, until, kind, of, ignored }: Shade, since: (at: number) => number) {
  const words =
    kind === 'grace'
      ? `grace after somebody restarted ${of}`
      : `cooldown of ${of}${ignored === undefined ? '' : `, ${ignored} ignored`}`
  return [since(from), until === undefined ? null : since(until), words, kind]
}
