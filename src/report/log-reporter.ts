/** Tells the log what a live run does: one line for each thing that happened, with the same facts as fields. */

import type { Logger } from 'pino'
import type { Closing, CooldownEnd, Deafness, Decision, Grace } from '../engine/decision.ts'
import type { Attempt, Outcome } from '../engine/input.ts'
import type { Rule } from '../engine/rule.ts'
import { counted } from './counted.ts'
import { closingJson, cooldownJson, deafnessJson, decisionJson, graceJson } from './decision-json.ts'
import {
  actionsWords,
  actionWords,
  attemptWords,
  closingWords,
  deafnessWords,
  graceWords,
  holdWords,
  keyWords,
  seenWords,
} from './decision-words.ts'
import { percent } from './percent.ts'
import { printable } from './printable.ts'
import { isoTime } from './time-text.ts'

/** What a source says of itself; `SourceNotice` has this shape. */
interface Notice {
  readonly kind: string
  readonly sources: readonly string[]
  readonly message: string
}

/** What a rule took that was too much; the driver's `Overrun` has this shape. */
interface Overrun {
  readonly rule: Pick<Rule, 'name' | 'cpu'>
  readonly share: number
  readonly matched: number
}

export class LogReporter {
  readonly #log: Logger

  constructor(log: Logger) {
    this.#log = log
  }

  watching(words: string): void {
    this.#log.info({ type: 'watching' }, `watching ${words}`)
  }

  decision(decision: Decision): void {
    const { rule, last } = decision
    const key = decision.key.size === 0 ? '' : ` [${keyWords(decision)}]`
    const lastText = last?.text === undefined ? '' : `, last: ${printable(last.text)}`
    const seen = `${seenWords(decision)}${lastText}`
    const text =
      decision.kind === 'act'
        ? `${actionsWords(decision)} (${seen})`
        : decision.because === 'dry-run'
          ? `would ${actionsWords(decision)} (${seen})`
          : `held back: ${holdWords(decision.because, decision.targets)} (${seen})`
    this.#log.warn(logFields(decisionJson(decision)), `${rule}${key}: ${text}`)
  }

  outcome(decision: Decision, { at, attempts }: Outcome): void {
    for (const attempt of attempts) {
      const fields = {
        type: 'outcome',
        at: isoTime(at),
        rule: decision.rule,
        decision: decision.id,
        action: actionWords(attempt.action),
        result: attempt.result,
      }
      this.#log[isBad(attempt) ? 'error' : 'info'](fields, `${decision.rule}: ${attemptWords(attempt)}`)
    }
  }

  cooldownEnd(end: CooldownEnd): void {
    const { rule, ignored } = end
    this.#log.info(
      logFields(cooldownJson(end, true)),
      `${rule}: cooldown over, ${ignored} matching events ignored during it`,
    )
  }

  closed(closing: Closing): void {
    const { decision, recovered } = closing
    const level = recovered ? 'info' : 'error'
    this.#log[level](logFields(closingJson(closing)), `${decision.rule}: ${closingWords(closing)}`)
  }

  grace(grace: Grace): void {
    this.#log.info(logFields(graceJson(grace)), `${grace.rules.join(', ')}: ${graceWords(grace)}`)
  }

  deaf(deafness: Deafness): void {
    this.#log.warn(logFields(deafnessJson(deafness)), `${deafness.rule}: ${deafnessWords(deafness)}`)
  }

  notice({ kind, sources, message }: Notice): void {
    const level = kind === 'available' ? 'info' : 'warn'
    this.#log[level]({ type: 'source', kind, sources }, `${sources.join(', ')}: ${message}`)
  }

  evicted(rule: string, count: number): void {
    const text = `${count} keys were let go because there were too many; their windows start again from nothing`
    this.#log.warn({ type: 'evicted', rule, count }, `${rule}: ${text}`)
  }

  costly({ rule: { name, cpu }, share, matched }: Overrun): void {
    const took = `took ${percent(share)} of a core, more than the ${percent(cpu.share)} it may take, for ${counted(matched, 'matching event')}`
    const result = cpu.setAside
      ? 'it is set aside: it sees no events until the watchdog starts again'
      : 'make its match narrower, or allow it more (cpu:)'
    const fields = { type: 'costly', rule: name, share, allowed: cpu.share, matched, setAside: cpu.setAside }
    this.#log.warn(fields, `${name}: ${took}; ${result}`)
  }
}

/** A log line's `time` is that of the writing; the event's own is `at`. */
const logFields = <Fields extends { time: string }>({ time, ...rest }: Fields) => ({ ...rest, at: time })

const isBad = ({ result }: Attempt): boolean => result !== 'done' && result !== 'stopped'
