/** Tells the journal, as entries with fields, what is to be found there later; the log is told as ever. */

import type { Logger } from 'pino'
import type { Closing, CooldownEnd, Deafness, Decision } from '../engine/decision.ts'
import type { Outcome } from '../engine/input.ts'
import type { Instant } from '../engine/time.ts'
import type { GivenOrder, Notice, Reload } from './event-lines.ts'
import {
  closingEntry,
  cooldownEntry,
  deafnessEntry,
  decisionEntry,
  evidenceEntry,
  gapEntry,
  type JournalEntry,
  orderEntry,
  outcomeEntry,
  reloadEntry,
} from './journal-entries.ts'
import { LogReporter } from './log-reporter.ts'

export interface JournalReporterOptions {
  readonly log: Logger
  readonly write: (entry: JournalEntry) => void
  /** The log ends up in the journal, too: what has an entry of its own is not logged beside it. */
  readonly instead: boolean
}

export class JournalReporter extends LogReporter {
  readonly #write: JournalReporterOptions['write']
  readonly #instead: boolean

  constructor({ log, write, instead }: JournalReporterOptions) {
    super(log)
    this.#write = write
    this.#instead = instead
  }

  override decision(decision: Decision): void {
    this.#write(decisionEntry(decision))
    if (!this.#instead) super.decision(decision)
  }

  override evidence(decision: Decision, path: string): void {
    this.#write(evidenceEntry(decision, path))
    if (!this.#instead) super.evidence(decision, path)
  }

  override outcome(decision: Decision, outcome: Outcome): void {
    for (const attempt of outcome.attempts) this.#write(outcomeEntry(decision, attempt, outcome.at))
    if (!this.#instead) super.outcome(decision, outcome)
  }

  override cooldownEnd(end: CooldownEnd): void {
    this.#write(cooldownEntry(end))
    if (!this.#instead) super.cooldownEnd(end)
  }

  override closed(closing: Closing): void {
    this.#write(closingEntry(closing))
    if (!this.#instead) super.closed(closing)
  }

  override deaf(deafness: Deafness): void {
    this.#write(deafnessEntry(deafness))
    if (!this.#instead) super.deaf(deafness)
  }

  override reloaded(reload: Reload): void {
    this.#write(reloadEntry(reload))
    if (!this.#instead) super.reloaded(reload)
  }

  override ordered(given: GivenOrder): void {
    this.#write(orderEntry(given))
    if (!this.#instead) super.ordered(given)
  }

  override notice(notice: Notice & { readonly at: Instant }): void {
    const isGap = notice.kind === 'gap'
    if (isGap) this.#write(gapEntry(notice))
    if (!isGap || !this.#instead) super.notice(notice)
  }
}
