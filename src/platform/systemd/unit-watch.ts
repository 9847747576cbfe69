/** Follows the states of units, and tells what the engine must know of them. */

import { isDeepStrictEqual } from 'node:util'
import type { UnitObservation } from '../../engine/input.ts'
import type { Instant } from '../../engine/time.ts'
import type { Clock } from '../clock.ts'
import { disturbedAt, type Look, lastLook } from './disturbance.ts'
import type { Systemd } from './systemd.ts'
import { unitPath } from './unit-path.ts'
import { readUnit } from './unit-reading.ts'
import { isRunning } from './unit-state.ts'

export interface UnitWatchOptions {
  readonly systemd: Systemd
  /** Names with their suffix; aliases are followed to the unit itself. */
  readonly units: readonly string[]
  readonly clock: Pick<Clock, 'now'>
  /** Ends the iteration. */
  readonly signal: AbortSignal
}

/**
 * Observes each unit once its state is known, and whenever that has changed; states between that nobody waited for are
 * passed over. Says nothing while systemd cannot be asked, and reads anew when it can be.
 */
export async function* watchUnits(options: UnitWatchOptions): AsyncGenerator<UnitObservation, void, void> {
  const { systemd, signal } = options
  const fresh = new Map<string, UnitObservation>()
  let wake: (() => void) | undefined
  const tell = (unit: string, news: News) => {
    fresh.set(unit, { kind: 'unit', at: options.clock.now(), unit, ...news })
    wake?.()
  }
  const onAbort = () => wake?.()
  signal.addEventListener('abort', onAbort)
  const watches = options.units.map((unit) => new Watch(systemd, unit, tell))
  try {
    while (!signal.aborted) {
      for (const [unit, observation] of fresh) {
        fresh.delete(unit)
        yield observation
      }
      if (fresh.size > 0 || signal.aborted) continue
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
    for (const watch of watches) watch.end()
  }
}

type News = Pick<UnitObservation, 'stopped' | 'running' | 'disturbedAt'>

/** One unit: reads it when something may have changed, one reading at a time. */
class Watch {
  readonly #systemd: Systemd
  readonly #unit: string
  readonly #tell: (unit: string, news: News) => void
  #path: string
  #unwatch: () => void
  #last: Look | undefined
  #disturbed: Instant | undefined
  #told: News | undefined
  #reading = false
  #stale = false
  #ended = false

  constructor(systemd: Systemd, unit: string, tell: (unit: string, news: News) => void) {
    this.#systemd = systemd
    this.#unit = unit
    this.#tell = tell
    this.#path = unitPath(unit)
    this.#unwatch = systemd.watch(this.#path).end
    systemd.on('ready', this.#read)
    // No UnitNew: reading a unit that is not loaded loads it for a moment, and so would cause the next one.
    systemd.on('reloaded', this.#read)
    systemd.on('changed', this.#onChange)
    this.#read()
  }

  end(): void {
    this.#ended = true
    this.#systemd.off('ready', this.#read)
    this.#systemd.off('reloaded', this.#read)
    this.#systemd.off('changed', this.#onChange)
    this.#unwatch()
  }

  readonly #onChange = (path: string): void => {
    if (path === this.#path) this.#read()
  }

  readonly #read = (): void => {
    this.#stale = true
    if (!this.#reading) void this.#readWhileStale()
  }

  async #readWhileStale(): Promise<void> {
    this.#reading = true
    while (this.#stale && !this.#ended) {
      this.#stale = false
      const reading = await readUnit(this.#systemd, this.#unit)
      if (this.#ended) break
      // Away: `ready` comes when it is back. Too busy to answer in time: nothing comes, so ask again.
      if (reading.kind === 'unanswered') this.#stale = true
      if (reading.kind !== 'state') continue
      await this.#take(reading)
    }
    this.#reading = false
  }

  async #take(look: Look): Promise<void> {
    const { id } = look.state
    if (id !== '' && unitPath(id) !== this.#path) {
      // The unit was named by an alias: its signals come from the path of its own name.
      this.#unwatch()
      this.#path = unitPath(id)
      const watch = this.#systemd.watch(this.#path)
      this.#unwatch = watch.end
      this.#stale = true
      await watch.inForce
      return
    }
    this.#disturbed = disturbedAt(this.#last, look) ?? this.#disturbed
    this.#last = lastLook(this.#last, look)
    const news: News = {
      stopped: look.stopped,
      running: isRunning(look.state),
      ...(this.#disturbed === undefined ? {} : { disturbedAt: this.#disturbed }),
    }
    if (isDeepStrictEqual(news, this.#told)) return
    this.#told = news
    this.#tell(this.#unit, news)
  }
}
