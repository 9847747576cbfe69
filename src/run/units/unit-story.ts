/** What became of one unit, told from systemd's messages about it, each seen in the light of those that follow. Pure. */

import type { UnitObservation } from '../../engine/input.ts'
import type { Instant } from '../../engine/time.ts'
import type { UnitMessage } from '../../platform/systemd/unit-message.ts'

/** Something that somebody wanted done to the unit, from the first message about it to the last. */
export interface Job {
  readonly id: string
  readonly began: Instant
  /** Absent while it has not ended. */
  ended?: Instant
  /** systemd itself started the unit again. */
  readonly automatic: boolean
}

type News = Pick<UnitObservation, 'stopped' | 'running'>

const runs: News = { stopped: false, running: true }
const isDown: News = { stopped: false, running: false }
const wasStopped: News = { stopped: true, running: false }

export class UnitStory {
  readonly #unit: string
  readonly #onJobEnd: (job: Job) => void
  #jobs: readonly Job[] = []
  /** Messages that are not understood yet, the earliest first. */
  readonly #messages: UnitMessage[] = []
  /** The next job is systemd's own doing. */
  #scheduled = false
  /** Job that stops the unit. */
  #stopping: string | undefined
  #failed = false
  /** The next start is systemd's own doing. */
  #automatic = false
  /** What was started last, and what has ended by itself. */
  #started: string | undefined
  #ended: string | undefined
  #disturbed: Instant | undefined

  constructor(unit: string, onJobEnd: (job: Job) => void) {
    this.#unit = unit
    this.#onJobEnd = onJobEnd
  }

  /** In the order of their beginning. */
  get jobs(): readonly Job[] {
    return this.#jobs
  }

  /** The time of the first message that only a later one will make clear. */
  get unclear(): Instant | undefined {
    return this.#messages[0]?.at
  }

  /** Takes the next message; returns what has become clear by it. */
  take(message: UnitMessage): readonly UnitObservation[] {
    this.#noteJob(message)
    this.#messages.push(message)
    return this.#understood(() => false)
  }

  /** What is not clear by now is judged by what is there, where it is not later than `at`. */
  settle(at: Instant): readonly UnitObservation[] {
    return this.#understood((message) => message.at <= at)
  }

  /** Forgets jobs that began before and have ended. */
  forget(before: Instant): void {
    if ((this.#jobs[0]?.began ?? before) < before)
      this.#jobs = this.#jobs.filter(({ began, ended }) => began >= before || ended === undefined)
  }

  #understood(isOverdue: (message: UnitMessage) => boolean): readonly UnitObservation[] {
    const observations: UnitObservation[] = []
    for (;;) {
      const [message, ...later] = this.#messages
      if (message === undefined || !(this.#isClear(message, later) || isOverdue(message))) return observations
      this.#messages.shift()
      const news = this.#read(message, later)
      if (news === undefined) continue
      const { at } = message
      const disturbed = this.#disturbed === undefined ? {} : { disturbedAt: this.#disturbed }
      observations.push({ kind: 'unit', at, unit: this.#unit, ...news, ...disturbed })
    }
  }

  #isClear({ kind, job }: UnitMessage, later: readonly UnitMessage[]): boolean {
    switch (kind) {
      case 'stopping':
        return later.some((next) => next.job !== undefined && (next.job !== job || next.kind === 'stopped'))
      case 'succeeded':
      case 'failed':
        return this.#stopping !== undefined || later.length > 0
      default:
        return true
    }
  }

  #noteJob({ kind, at, job: id, jobType }: UnitMessage): void {
    if (kind === 'restart-scheduled') this.#scheduled = true
    if (id === undefined) return
    const known = this.#jobs.findLast((one) => one.id === id && one.ended === undefined)
    const job = known ?? { id, began: at, automatic: this.#scheduled }
    if (known === undefined) {
      // Only one job of a unit runs at a time: whatever the others were, they were called off.
      for (const other of this.#jobs) this.#end(other, at)
      this.#jobs = [...this.#jobs, job]
    }
    const goesOn =
      kind === 'stopping' ||
      kind === 'starting' ||
      kind === 'reloading' ||
      (kind === 'stopped' && jobType === 'restart')
    if (goesOn) return
    this.#scheduled = false
    this.#end(job, at)
  }

  #end(job: Job, at: Instant): void {
    if (job.ended !== undefined) return
    job.ended = at
    this.#onJobEnd(job)
  }

  /** What the message says of the state; `undefined` where it says nothing new. */
  #read(
    { kind, at, job, jobType, invocation }: UnitMessage,
    later: readonly UnitMessage[],
  ): News | undefined {
    switch (kind) {
      case 'starting':
      case 'started':
        // A service that does one thing and ends has ended before it is called started.
        if (kind === 'started' && invocation !== undefined && invocation === this.#ended) return wasStopped
        this.#stopping = undefined
        this.#failed = false
        if (invocation === undefined || invocation !== this.#started) {
          if (!this.#automatic) this.#disturbed = at
          this.#automatic = false
        }
        this.#started = invocation
        return runs
      case 'start-failed':
        this.#automatic = false
        this.#stopping = undefined
        return this.#failed ? isDown : undefined
      case 'stopping': {
        this.#stopping = job
        const end = later.find((next) => next.kind === 'stopped' && next.job === job)
        if (end?.jobType === 'restart') return isDown
        this.#disturbed = at
        return wasStopped
      }
      case 'stopped':
        if (jobType === 'restart') return undefined
        // What only waited to be started again has no more to stop, whatever it had failed of.
        if (this.#stopping !== job) {
          this.#disturbed = at
          return wasStopped
        }
        this.#stopping = undefined
        return this.#failed ? isDown : wasStopped
      case 'reloading':
        this.#disturbed = at
        return runs
      case 'reloaded':
        return runs
      case 'restart-scheduled':
        this.#automatic = true
        return runs
      case 'succeeded':
      case 'failed':
        this.#failed = kind === 'failed'
        if (this.#stopping !== undefined) return undefined
        // It waits to be started again, if that is what comes or is called off.
        if (later[0]?.kind === 'restart-scheduled' || later[0]?.kind === 'stopped') return runs
        if (kind === 'failed') return isDown
        this.#ended = invocation
        this.#disturbed = at
        return wasStopped
    }
  }
}
