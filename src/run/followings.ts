/** The sources that are being read, each until its plan changes or it ends. */

import type { Instant } from '../engine/time.ts'
import type { Batch, Position, Source } from '../sources/source.ts'
import type { PlannedSource } from './plan.ts'

/** How far the reading of a source has come. */
export interface SourceProgress {
  readonly name: string
  /** It has found its place. */
  readonly placed: boolean
  /** It still reads what was there before. */
  readonly behind: boolean
  /** Events delivered. */
  readonly events: number
  /** Time of the latest event, and when it was read. */
  readonly last?: { readonly at: Instant; readonly readAt: Instant }
  readonly position: Position | undefined
}

interface Following {
  readonly source: Source
  readonly stop: AbortController
  placed: boolean
  behind: boolean
  events: number
  last: { readonly at: Instant; readonly readAt: Instant } | undefined
}

export interface FollowingsOptions {
  readonly positions: ReadonlyMap<string, Position>
  readonly signal: AbortSignal
  readonly now: () => Instant
  /** Takes a batch whole, before the next is read. */
  readonly onBatch: (batch: Batch, source: Source) => void
  /** All sources have found their places, again after every change. */
  readonly onPlaced: () => void
}

export class Followings {
  readonly #options: FollowingsOptions
  readonly #positions: Map<string, Position>
  readonly #followings = new Map<string, Following>()
  readonly #readings = new Set<Promise<void>>()

  constructor(options: FollowingsOptions) {
    this.#options = options
    this.#positions = new Map(options.positions)
  }

  /** Sources that are still reading what was there before. */
  get isBehind(): boolean {
    return [...this.#followings.values()].some(({ behind }) => behind)
  }

  /** Those that are being read. */
  get sources(): readonly Source[] {
    return [...this.#followings.values()].map(({ source }) => source)
  }

  get progress(): readonly SourceProgress[] {
    return [...this.#followings.values()].map(({ source: { name }, placed, behind, events, last }) => ({
      name,
      placed,
      behind,
      events,
      ...(last === undefined ? {} : { last }),
      position: this.#positions.get(name),
    }))
  }

  /**
   * From now on these are read, from where they were left; what is read in the same way already goes on undisturbed. The
   * promise rejects when one of those that begin cannot be read at all.
   */
  change(sources: readonly PlannedSource[]): Promise<unknown> {
    const wanted = new Map(sources.map((planned) => [planned.identity, planned.source]))
    for (const [identity, { stop }] of this.#followings) {
      if (wanted.has(identity)) continue
      this.#followings.delete(identity)
      stop.abort()
    }
    const begun = [...wanted]
      .filter(([identity]) => !this.#followings.has(identity))
      .map(([identity, source]) => this.#follow(identity, source))
    if (begun.length === 0) this.#options.onPlaced()
    return Promise.all(begun)
  }

  /** Resolves when every source has come to its end. */
  async ended(): Promise<void> {
    while (this.#readings.size > 0) await Promise.race(this.#readings)
  }

  #follow(identity: string, source: Source): Promise<void> {
    const following: Following = {
      source,
      stop: new AbortController(),
      placed: false,
      behind: this.#positions.has(source.name),
      events: 0,
      last: undefined,
    }
    this.#followings.set(identity, following)
    const reading = this.#read(following).finally(() => {
      this.#readings.delete(settled)
      if (this.#followings.get(identity) === following) this.#followings.delete(identity)
    })
    const settled = reading.catch(() => undefined)
    this.#readings.add(settled)
    return reading
  }

  async #read(following: Following): Promise<void> {
    const { source, stop } = following
    const { onBatch, onPlaced, now } = this.#options
    const signal = AbortSignal.any([this.#options.signal, stop.signal])
    for await (const batch of source.read(this.#positions.get(source.name), signal)) {
      // Whoever reads it now begins where this one was left: what comes after that is not this one's to give.
      if (stop.signal.aborted) return
      if (!following.placed) {
        following.placed = true
        if ([...this.#followings.values()].every(({ placed }) => placed)) onPlaced()
      }
      onBatch(batch, source)
      if (batch.position !== null) this.#positions.set(source.name, batch.position)
      following.events += batch.events.length
      const event = batch.events.at(-1)
      if (event !== undefined) following.last = { at: event.at, readAt: now() }
      if (batch.caughtUp) following.behind = false
    }
    following.behind = false
  }
}
