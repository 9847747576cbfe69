/** A replay as people read it: a paragraph for each decision, a line for each cooldown, a summary. */

import type { Closing, CooldownEnd, Deafness, Decision, Evidence, Grace } from '../engine/decision.ts'
import type { EngineStatus } from '../engine/status.ts'
import type { Instant } from '../engine/time.ts'
import type { Colours } from './colours.ts'
import { counted } from './counted.ts'
import {
  actionsWords,
  closingWords,
  deafnessWords,
  graceWords,
  holdWords,
  keyWords,
  seenWords,
} from './decision-words.ts'
import { printable } from './printable.ts'
import { isoTime } from './time-text.ts'

/** Several lines, without the last line end. */
export function decisionText(decision: Decision, colours: Colours): string {
  const { at, rule, first, last } = decision
  const key = decision.key.size === 0 ? '' : ` [${keyWords(decision)}]`
  const what =
    decision.kind === 'act'
      ? colours.red(`would ${actionsWords(decision)}`)
      : colours.yellow(`held back: ${holdWords(decision.because, decision.targets)}`)
  return [
    `${isoTime(at)}  ${colours.bold(rule)}${key}  ${what}`,
    `    ${seenWords(decision)}`,
    ...(first === undefined ? [] : [`    first ${evidenceText(first)}`]),
    ...(last === undefined ? [] : [`    last  ${evidenceText(last)}`]),
  ].join('\n')
}

export function cooldownText({ at, rule, ignored }: Omit<CooldownEnd, 'kind'>, colours: Colours): string {
  return colours.dim(`${isoTime(at)}  ${rule}  cooldown over, ${counted(ignored, 'event')} ignored during it`)
}

export const closingText = (closing: Closing, colours: Colours): string =>
  `${isoTime(closing.at)}  ${closing.decision.rule}  ${closing.recovered ? colours.green(closingWords(closing)) : colours.red(closingWords(closing))}`

export const graceText = (grace: Grace, colours: Colours): string =>
  colours.dim(`${isoTime(grace.at)}  ${grace.rules.join(', ')}  ${graceWords(grace)}`)

export const deafnessText = (deafness: Deafness, colours: Colours): string =>
  `${isoTime(deafness.at)}  ${deafness.rule}  ${colours.yellow(deafnessWords(deafness))}`

export interface ReplaySummary {
  readonly events: number
  readonly first: Instant | undefined
  readonly last: Instant | undefined
  readonly status: EngineStatus
}

export function summaryText({ events, first, last, status }: ReplaySummary, colours: Colours): string {
  const lines = status.cooldowns.map((cooldown) =>
    colours.dim(
      `${isoTime(cooldown.at)}  ${cooldown.rule}  cooldown lasts beyond the log, ${counted(cooldown.ignored, 'event')} ignored so far`,
    ),
  )
  const time = first === undefined || last === undefined ? '' : `, from ${isoTime(first)} to ${isoTime(last)}`
  lines.push(`${counted(events, 'event')} read${time}`)
  for (const { rule, matched, acted, held, ignored, evicted } of status.rules) {
    const gone = evicted === 0 ? '' : `, ${counted(evicted, 'key')} let go for want of room`
    lines.push(
      `  ${rule}: ${matched} matched, ${ignored} ignored in cooldowns, ${counted(acted, 'action')}, ${held} held back${gone}`,
    )
  }
  const acted = status.rules.reduce((sum, rule) => sum + rule.acted, 0)
  lines.push(acted === 0 ? 'Nothing would have been done.' : `Would have acted ${counted(acted, 'time')}.`)
  return lines.join('\n')
}

const evidenceText = ({ at, text, position }: Evidence): string =>
  text === undefined
    ? `${isoTime(at)}  (its text is no longer kept)`
    : `${isoTime(at)}  ${place(position)}${printable(text)}`

/** Files are worth naming; a journal cursor tells a reader nothing. */
const place = (position: string | undefined): string =>
  position === undefined || position.startsWith('s=') ? '' : `${printable(position)}: `
