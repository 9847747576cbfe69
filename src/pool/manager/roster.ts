/** The workers that there are, and the account of those that have left. */

import { exitWords } from '../exit-status.ts'
import type { WorkerStatus } from '../status/pool-status.ts'
import type { WorkerProcess } from './worker-process.ts'

/** How a process has ended, in words. */
export interface End {
  readonly reason: string
  readonly words: string
}

export class Roster {
  readonly #workers = new Map<number, WorkerProcess>()
  readonly #exits: Record<string, number> = {}
  #requestsOfLeft = 0

  get all(): readonly WorkerProcess[] {
    return [...this.#workers.values()]
  }

  get ready(): readonly WorkerProcess[] {
    return this.all.filter(({ state }) => state === 'ready')
  }

  /** Number of processes that have ended, by why. */
  get exits(): Readonly<Record<string, number>> {
    return this.#exits
  }

  /** Answered by all workers, those that have left included. */
  get requests(): number {
    return this.all.reduce((sum, { report }) => sum + report.requests, this.#requestsOfLeft)
  }

  get statuses(): readonly WorkerStatus[] {
    return this.all.map((worker) => ({
      pid: worker.pid,
      state: worker.state === 'ready' && worker.stale ? 'to be replaced' : worker.state,
      ageSeconds: Math.round(worker.ageMs / 1000),
      ...worker.report,
    }))
  }

  get(key: number): WorkerProcess | undefined {
    return this.#workers.get(key)
  }

  add(worker: WorkerProcess): void {
    this.#workers.set(worker.key, worker)
  }

  /** False if it is none of them. */
  remove(worker: WorkerProcess): boolean {
    const isOne = this.#workers.delete(worker.key)
    if (isOne) this.#requestsOfLeft += worker.report.requests
    return isOne
  }

  /** Counts the end of a worker, or of another process of the pool. */
  count(process: WorkerProcess, status: number | null, signal: string | null): End {
    const { leavingBecause: planned, reason, report } = process
    const ended = exitWords(status, signal)
    const why = planned ?? (reason === undefined || status !== null ? ended : reason)
    this.#exits[why] = (this.#exits[why] ?? 0) + 1
    return {
      reason: planned ?? reason ?? 'unknown',
      words: `${ended}, age ${seconds(process.ageMs)}, ${report.requests} requests served`,
    }
  }
}

export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`
