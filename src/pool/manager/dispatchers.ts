/** The dispatcher of `dispatch: idle`, its predecessors that still finish, and their links to the workers. */

import { handleOf } from '../responder/raw-handle.ts'
import type { PoolSettings } from '../settings.ts'
import type { WorkerProcess } from './worker-process.ts'

export class Dispatchers {
  readonly #start: (settings: PoolSettings) => WorkerProcess
  readonly #all = new Set<WorkerProcess>()
  #made = ''

  constructor(start: (settings: PoolSettings) => WorkerProcess) {
    this.#start = start
  }

  /** The one that takes requests. */
  get current(): WorkerProcess | undefined {
    return [...this.#all].find(({ stale, state }) => !stale && state !== 'killed' && state !== 'leaving')
  }

  get all(): ReadonlySet<WorkerProcess> {
    return this.#all
  }

  /** Sees to it that there is one for these settings, or none where the workers accept themselves. */
  provide(settings: PoolSettings): void {
    const needs = JSON.stringify([
      settings.listen,
      settings.worker.limits,
      settings.worker.inputTimeoutMs,
      settings.worker.outputTimeoutMs,
      settings.maxQueue,
    ])
    const { current } = this
    if (settings.dispatch === 'idle' && current !== undefined && needs === this.#made) return
    if (current !== undefined) {
      current.stale = true
      current.staleBecause ??= 'reload'
    }
    if (settings.dispatch === 'shared') return
    this.#made = needs
    const fresh = this.#start(settings)
    this.#all.add(fresh)
  }

  /** Gives a worker that is ready to the present dispatcher, or to the one that it is bound to. */
  link(worker: WorkerProcess): void {
    const { link } = worker
    const handle = link === undefined ? undefined : handleOf(link)
    const dispatcher = worker.boundTo ?? (this.current?.state === 'ready' ? this.current : undefined)
    if (worker.dispatcher !== undefined || dispatcher === undefined || handle === undefined) return
    worker.dispatcher = dispatcher
    dispatcher.tell({ kind: 'link', key: String(worker.key) }, handle, () => link?.destroy())
  }

  /**
   * Sees to it that requests which wait at a dispatcher that is to end have a worker: one that it knows, or that is starting and
   * bound to it now, or a new one. `all`: every dispatcher is to end.
   */
  bindWorkers(workers: readonly WorkerProcess[], all: boolean, start: () => WorkerProcess): void {
    for (const dispatcher of this.#all) {
      if (dispatcher.waiting === 0 || !(all || dispatcher.stale)) continue
      if (workers.some((worker) => worker.dispatcher === dispatcher || worker.boundTo === dispatcher))
        continue
      const starting = workers.find(
        ({ link, boundTo, state, stale }) =>
          link !== undefined && boundTo === undefined && state === 'starting' && (all || stale),
      )
      const worker = starting ?? start()
      worker.boundTo = dispatcher
      worker.stale = true
    }
  }

  unlink(worker: WorkerProcess): void {
    worker.dispatcher?.tell({ kind: 'unlink', key: String(worker.key) })
    if (worker.dispatcher === undefined) worker.link?.destroy()
    worker.dispatcher = undefined
  }

  /** True if it was one of them. */
  forget(process: WorkerProcess): boolean {
    return this.#all.delete(process)
  }
}
