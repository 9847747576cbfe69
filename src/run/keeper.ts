/** Keeps what a run knows on disk: windows, cooldowns, budgets and positions, always all of one moment. */

import type { EngineState } from '../engine/engine-state.ts'
import type { Position } from '../sources/source.ts'
import type { LiveState } from './live-state.ts'

/** What was read since the last snapshot is read again after a crash: so much at most. */
const leastIntervalMs = 2_000
/** A snapshot of many keys takes its time: that is to be no more than this share of all time. */
const greatestShare = 0.02

export class Keeper {
  readonly #state: LiveState
  readonly #snapshot: () => EngineState
  readonly #positions: Map<string, Position>
  #timer: NodeJS.Timeout | undefined
  #hasty: NodeJS.Timeout | undefined
  #savedAt = Number.NEGATIVE_INFINITY
  #tookMs = 0
  #intervalMs = leastIntervalMs

  constructor(state: LiveState, snapshot: () => EngineState) {
    this.#state = state
    this.#snapshot = snapshot
    this.#positions = new Map(state.positions)
  }

  /** The engine has taken everything before `position`. */
  moved(source: string, position: Position): void {
    if (position === null) return
    this.#positions.set(source, position)
    this.changed()
  }

  /** There is something new to keep, soon. */
  changed(): void {
    this.#timer ??= setTimeout(() => this.save(), this.#intervalMs)
  }

  /**
   * There is something new that should not wait: it is kept at once, or as soon as that takes no more than a tenth of the
   * time. A thousand actions that end together are kept together.
   */
  hasty(): void {
    const restMs = this.#savedAt + 9 * this.#tookMs - performance.now()
    if (restMs <= 0) this.save()
    else this.#hasty ??= setTimeout(() => this.save(), restMs)
  }

  /** Returns when it is on disk, or cannot be. */
  save(): void {
    clearTimeout(this.#timer)
    clearTimeout(this.#hasty)
    this.#timer = undefined
    this.#hasty = undefined
    const began = performance.now()
    const { store, besides } = this.#state
    store.save({ ...besides(), positions: Object.fromEntries(this.#positions), engine: this.#snapshot() })
    this.#savedAt = performance.now()
    this.#tookMs = this.#savedAt - began
    this.#intervalMs = Math.max(leastIntervalMs, this.#tookMs / greatestShare)
  }

  /** Keeps what is known last. */
  close(): void {
    this.save()
  }
}
