/** What the service manager shows of the watchdog: that it is ready, and one line of status that is always of now. */

import type { Decision } from '../engine/decision.ts'
import type { Outcome } from '../engine/input.ts'
import type { Notifier } from '../platform/notify.ts'
import { attemptWords, holdWords } from '../report/decision-words.ts'
import { printable } from '../report/printable.ts'
import { isoTime } from '../report/time-text.ts'
import type { SourceNotice } from '../sources/source.ts'
import type { ReloadResult } from './rules-reload.ts'

const longestStatus = 400
/** What happens may happen a thousand times a second. */
const statusEveryMs = 2_000

export class ManagerReporter {
  readonly #notifier: Notifier
  #watched = ''
  #latest = ''
  #isReady = false
  #shown: NodeJS.Timeout | undefined
  /** What is wrong with the rule file as it is now. */
  #refused = ''
  /** What cannot be read at present, and why. */
  readonly #unreadable = new Map<string, string>()

  constructor(notifier: Notifier) {
    this.#notifier = notifier
  }

  /** All sources have found their places, for the first time or after a reload. */
  watching(words: string): void {
    this.#watched = `watching ${words}`
    this.#isReady = true
    this.#tell('READY=1')
  }

  decision(decision: Decision): void {
    if (decision.kind === 'act') return
    this.#latest = `${isoTime(decision.at)} ${decision.rule}: held back: ${holdWords(decision.because, decision.targets)}`
    this.#show()
  }

  outcome({ rule }: Decision, { at, attempts }: Outcome): void {
    this.#latest = `${isoTime(at)} ${rule}: ${attempts.map(attemptWords).join(', ')}`
    this.#show()
  }

  notice({ kind, sources, message }: SourceNotice): void {
    const name = sources.join(', ')
    if (kind === 'unavailable') this.#unreadable.set(name, `${name}: ${message}`)
    else if (kind !== 'available' || !this.#unreadable.delete(name)) return
    this.#show()
  }

  /** The rules are being read again. */
  reloading(): void {
    this.#refused = ''
    if (!this.#isReady) return
    const monotonic = process.hrtime.bigint() / 1_000n
    void this.#notifier.tell('RELOADING=1', `MONOTONIC_USEC=${monotonic}`, 'STATUS=reading the rules again')
  }

  /** Where rules have changed it is `watching` that ends the reload: sources find their places first. */
  reloaded({ result, message }: ReloadResult): void {
    if (result === 'changed') return
    if (result === 'refused') this.#refused = `the rule file is wrong, the rules before it go on: ${message}`
    if (this.#isReady) this.#tell('READY=1')
  }

  async stopping(): Promise<void> {
    this.#isReady = false
    clearTimeout(this.#shown)
    await this.#notifier.tell('STOPPING=1', 'STATUS=ending')
  }

  #show(): void {
    this.#shown ??= setTimeout(() => this.#tell(), statusEveryMs).unref()
  }

  #tell(...assignments: readonly string[]): void {
    clearTimeout(this.#shown)
    this.#shown = undefined
    const parts = [this.#refused, ...this.#unreadable.values(), this.#watched, this.#latest].filter(
      (part) => part !== '',
    )
    void this.#notifier.tell(...assignments, `STATUS=${printable(parts.join('; '), longestStatus)}`)
  }
}
