/** How soon workers may be started again when they keep dying young: at once, then later and later, never in a spin. */

/** A worker that dies younger than this counts as a failed start. */
const youngMs = 10_000
const firstDelayMs = 250

export class StartPace {
  #failures = 0
  #lastDeathAt = 0
  /** No start before this time. */
  startAfter = 0

  /** Starts have failed lately, so that one worker at a time should be tried. */
  get troubled(): boolean {
    return this.#failures > 0
  }

  /** An unexpected end of a worker that has lived `ageMs`. */
  died(ageMs: number, now: number, longestDelayMs: number): void {
    if (ageMs >= youngMs) return
    this.#lastDeathAt = now
    const delay = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(this.#failures, 20))
    this.#failures += 1
    this.startAfter = Math.max(this.startAfter, now + delay)
  }

  /** A worker that is `ageMs` old is well. One that was there before the last death says nothing of what is started now. */
  thrives(ageMs: number, now: number): void {
    if (ageMs >= youngMs && now - ageMs >= this.#lastDeathAt) this.#failures = 0
  }

  /** Something has changed, new code say: the next try need not wait. */
  forgive(): void {
    this.#failures = 0
    this.startAfter = 0
  }
}
