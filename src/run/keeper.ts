/** Keeps what a run knows on disk: windows, cooldowns, budgets and positions, always all of one moment. */

import type { EngineState } from '../engine/engine-state.ts'
import type { Position } from '../sources/source.ts'
import type { StateStore } from '../state/state-store.ts'

/** What was read since the last snapshot is read again after a crash: so much at most. */
const leastIntervalMs = 2_000
/** A snapshot of many keys takes its time: that is to be no more than this share of all time. */
const greatestShare = 0.02

export class Keeper {
  readonly #store: StateStore
  readonly #snapshot: () => EngineState
  readonly #positions: Map<string, Position>
  #timer: NodeJS.Timeout | undefined
  #intervalMs = leastIntervalMs

  constructor(store: StateStore, positions: ReadonlyMap<string, Position>, snapshot: () => EngineState) {
    this.#store = store
    this.#snapshot = snapshot
    this.#positions = new Map(positions)
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

  /** Returns when it is on disk, or cannot be. */
  save(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const began = performance.now()
    this.#store.save({ positions: Object.fromEntries(this.#positions), engine: this.#snapshot() })
    this.#intervalMs = Math.max(leastIntervalMs, (performance.now() - began) / greatestShare)
  }

  /** Keeps what is known last. */
  close(): void {
    this.save()
  }
}
