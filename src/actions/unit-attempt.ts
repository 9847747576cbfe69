/** One action on a unit, from the look at its state to the end of systemd's job. */

import type { Attempt } from '../engine/input.ts'
import type { UnitAction } from '../engine/rule.ts'
import type { Reply } from '../platform/bus/message.ts'
import { type JobEnd, type JobWatch, watchJobs } from '../platform/systemd/job.ts'
import type { Systemd } from '../platform/systemd/systemd.ts'
import { readTypeProperties } from '../platform/systemd/type-properties.ts'
import { readUnit, type UnitReading } from '../platform/systemd/unit-reading.ts'
import { argumentsOf, meaningOf } from './unit-verb.ts'
import { errorWords, failedWords, isRefusal, jobWords, refusalWords } from './unit-words.ts'

export interface UnitAttemptOptions {
  readonly systemd: Systemd
  /** Name of the user as whom we are on the bus. */
  readonly user: string
  /** How long to wait for an answer, and for the bus where it is away. */
  readonly callTimeoutMs?: number
  /** How long a job may take; absent: somewhat longer than the unit's own time limits let it. */
  readonly jobTimeoutMs?: number
}

/** The unit's own limits shall end a job first, so that we hear how it ended. */
const marginMs = 30_000

export class UnitAttempt {
  readonly #action: UnitAction
  readonly #options: UnitAttemptOptions
  readonly #signal: AbortSignal
  readonly #words: string
  readonly #wasReset: boolean
  #hasReset = false

  /**
   * When `signal` aborts nothing more is begun or waited for. `wasReset`: the unit had failed, and the action before this
   * one has reset that, so that it is inactive and yet was not stopped.
   */
  constructor(action: UnitAction, options: UnitAttemptOptions, signal: AbortSignal, wasReset = false) {
    this.#action = action
    this.#options = options
    this.#signal = signal
    this.#wasReset = wasReset
    this.#words = `${meaningOf(action).word} of ${action.unit}`
  }

  /** Whether it has reset that the unit had failed. */
  get hasReset(): boolean {
    return this.#hasReset
  }

  async run(): Promise<Attempt> {
    const before = await this.#read()
    if (before.kind === 'unsent' || before.kind === 'unanswered') return this.#notBegun(before.message)
    const isStopped = before.kind === 'state' && before.stopped && !this.#wasReset
    if (isStopped && meaningOf(this.#action).starts === 'unless-stopped') {
      return this.#was(
        'stopped',
        `${this.#action.unit} was stopped, and is left alone until it is started again`,
      )
    }
    if (this.#signal.aborted) return this.#notBegun('the watchdog ends')
    const jobs = watchJobs(this.#options.systemd)
    try {
      const attempt = await this.#perform(before, jobs)
      const hadFailed = before.kind === 'state' && before.state.active === 'failed'
      this.#hasReset =
        hadFailed && attempt.result === 'done' && meaningOf(this.#action).word === 'reset-failed'
      return attempt
    } finally {
      jobs.close()
    }
  }

  async #perform(before: UnitReading, jobs: JobWatch): Promise<Attempt> {
    const { systemd, callTimeoutMs } = this.#options
    const { signature, body } = argumentsOf(this.#action)
    const reply = await systemd.manager(meaningOf(this.#action).method, signature, body, callTimeoutMs)
    switch (reply.kind) {
      case 'unsent':
        return this.#notBegun(reply.message)
      case 'error':
        return this.#onError(reply, before)
      case 'reply': {
        const [job] = reply.body
        return typeof job === 'string'
          ? this.#conclude(await this.#endOf(job, jobs), before)
          : this.#was('done')
      }
      case 'unanswered': {
        const now = await this.#read()
        const job = now.kind === 'state' ? now.state.job : undefined
        return this.#conclude(job === undefined ? { kind: 'unseen' } : await this.#endOf(job, jobs), before)
      }
    }
  }

  #onError({ name, message }: Extract<Reply, { kind: 'error' }>, before: UnitReading): Attempt {
    if (isRefusal(name)) return this.#was('refused', refusalWords(this.#action, this.#options.user))
    const { unit } = this.#action
    // systemd forgets units that do not run: those exist none the less.
    if (
      name === 'org.freedesktop.systemd1.NoSuchUnit' &&
      before.kind === 'state' &&
      before.state.load === 'loaded'
    ) {
      return this.#action.kind === 'kill'
        ? this.#was('failed', `${unit} has no processes`)
        : this.#was('done')
    }
    return this.#was('failed', errorWords(this.#action, name, message))
  }

  async #endOf(job: string, jobs: JobWatch): Promise<JobEnd> {
    const limitMs = this.#options.jobTimeoutMs ?? (await this.#type()).jobTimeoutMs + marginMs
    const limit = new AbortController()
    const timer = setTimeout(() => limit.abort(), limitMs)
    const stop = () => limit.abort()
    this.#signal.addEventListener('abort', stop)
    try {
      return await jobs.end(job, limit.signal)
    } finally {
      clearTimeout(timer)
      this.#signal.removeEventListener('abort', stop)
    }
  }

  async #conclude(end: JobEnd, before: UnitReading): Promise<Attempt> {
    const { unit } = this.#action
    if (end.kind === 'timed-out') {
      return this.#was(
        'timed-out',
        `${this.#words} did not end in time, and may be going on: see "systemctl list-jobs"`,
      )
    }
    const now = await this.#read()
    if (end.kind === 'removed' && end.result !== 'done') {
      const { word } = meaningOf(this.#action)
      // The unit's own result would still be that of the failure before.
      const why =
        (word === 'restart' || word === 'start') && !isNew(before, now)
          ? 'start-limit-hit'
          : (await this.#type()).result
      return this.#was('failed', jobWords(this.#action, end.result, why))
    }
    // A start is done for systemd when there is a process (Type=simple), even one that cannot run its program.
    if (meaningOf(this.#action).starts !== 'never' && now.kind === 'state' && now.state.active === 'failed') {
      return this.#was('failed', failedWords(this.#action, (await this.#type()).result))
    }
    if (end.kind === 'removed' || this.#isProven(before, now)) return this.#was('done')
    return this.#was('timed-out', `nobody told how ${this.#words} ended: see "systemctl status ${unit}"`)
  }

  /** Whether the unit's own state tells that it was stopped, or started anew. */
  #isProven(before: UnitReading, now: UnitReading): boolean {
    if (this.#action.kind === 'unit' && this.#action.verb === 'stop')
      return now.kind === 'state' && now.stopped
    return isNew(before, now) && now.kind === 'state' && now.state.active === 'active'
  }

  #read(): Promise<UnitReading> {
    return readUnit(this.#options.systemd, this.#action.unit, this.#options.callTimeoutMs)
  }

  #type() {
    return readTypeProperties(this.#options.systemd, this.#action.unit)
  }

  #notBegun(why: string): Attempt {
    return this.#was('failed', `${this.#words} was not begun: ${why}`)
  }

  #was(result: Attempt['result'], message?: string): Attempt {
    return message === undefined
      ? { action: this.#action, result }
      : { action: this.#action, result, message }
  }
}

/** Whether the unit was started between the two readings. */
function isNew(before: UnitReading, now: UnitReading): boolean {
  if (before.kind !== 'state' || now.kind !== 'state') return false
  return now.state.invocation !== '' && now.state.invocation !== before.state.invocation
}
