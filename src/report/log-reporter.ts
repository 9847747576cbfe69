/** Tells the log what a live run does: one line for each thing that happened, with the same facts as fields. */

import type { Logger } from 'pino'
import type { Closing, CooldownEnd, Deafness, Decision, Grace } from '../engine/decision.ts'
import type { Outcome } from '../engine/input.ts'
import type { Rule } from '../engine/rule.ts'
import type { Instant } from '../engine/time.ts'
import { counted } from './counted.ts'
import { closingJson, cooldownJson, deafnessJson, decisionJson, graceJson } from './decision-json.ts'
import { actionWords, graceWords } from './decision-words.ts'
import {
  attemptLine,
  closingLine,
  cooldownLine,
  deafnessLine,
  decisionLine,
  evidenceLine,
  type GivenOrder,
  isBad,
  type Notice,
  noticeLine,
  orderLine,
  type Reload,
  reloadLine,
} from './event-lines.ts'
import { percent } from './percent.ts'
import { isoTime } from './time-text.ts'

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
    this.#log.warn(logFields(decisionJson(decision)), decisionLine(decision))
  }

  evidence(decision: Decision, path: string): void {
    const fields = { type: 'evidence', rule: decision.rule, decision: decision.id, path }
    this.#log.info(fields, evidenceLine(decision, path))
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
      this.#log[isBad(attempt) ? 'error' : 'info'](fields, attemptLine(decision, attempt))
    }
  }

  cooldownEnd(end: CooldownEnd): void {
    this.#log.info(logFields(cooldownJson(end, true)), cooldownLine(end))
  }

  closed(closing: Closing): void {
    this.#log[closing.recovered ? 'info' : 'error'](logFields(closingJson(closing)), closingLine(closing))
  }

  grace(grace: Grace): void {
    this.#log.info(logFields(graceJson(grace)), `${grace.rules.join(', ')}: ${graceWords(grace)}`)
  }

  deaf(deafness: Deafness): void {
    this.#log.warn(logFields(deafnessJson(deafness)), deafnessLine(deafness))
  }

  notice(notice: Notice & { readonly at: Instant }): void {
    const { kind, sources } = notice
    this.#log[kind === 'available' ? 'info' : 'warn']({ type: 'source', kind, sources }, noticeLine(notice))
  }

  /** The rule file was read again. */
  reloaded(reload: Reload): void {
    const { at, by, result } = reload
    const level = result === 'refused' ? 'error' : 'info'
    this.#log[level]({ type: 'reload', at: isoTime(at), by, result }, reloadLine(reload))
  }

  /** An operator wanted something. */
  ordered(given: GivenOrder): void {
    const { order, by, subject, done } = given
    this.#log[done ? 'warn' : 'info']({ type: 'order', order, by, subject, done }, orderLine(given))
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
