/** Remembers what led a rule to where it is at some time of a replay. Pure; memory does not grow with the log. */

import type { Decision } from '../engine/decision.ts'
import type { Instant } from '../engine/time.ts'
import type { Sighting, Witness } from '../engine/witness.ts'
import type { Sighted } from '../report/explanation.ts'

/** The latest ones that are remembered. */
const mostSighted = 2_000
const mostDecisions = 5

export class Explainer implements Witness {
  readonly #rule: string
  readonly #at: Instant
  #sighted: Sighted[] = []
  #decisions: Decision[] = []
  #forgotten = 0

  /** Of `rule`, as it is at `at`. */
  constructor(rule: string, at: Instant) {
    this.#rule = rule
    this.#at = at
  }

  /** Matching events up to that time, the latest last. */
  get sighted(): readonly Sighted[] {
    return this.#sighted.slice(-mostSighted)
  }

  /** How many came before those. */
  get forgotten(): number {
    return this.#forgotten + Math.max(0, this.#sighted.length - mostSighted)
  }

  /** The latest decisions up to that time, the latest last. */
  get decisions(): readonly Decision[] {
    return this.#decisions
  }

  matched({ rule, event: { at, source, text }, fate, values, show }: Sighting): void {
    if (rule !== this.#rule || at > this.#at) return
    const count = show?.().count
    this.#sighted.push({
      at,
      source,
      text,
      fate,
      ...(values === undefined ? {} : { values }),
      ...(count === undefined ? {} : { count }),
    })
    if (this.#sighted.length < 2 * mostSighted) return
    this.#forgotten += this.#sighted.length - mostSighted
    this.#sighted = this.#sighted.slice(-mostSighted)
  }

  decision(decision: Decision): void {
    if (decision.rule !== this.#rule || decision.at > this.#at) return
    this.#decisions = [...this.#decisions, decision].slice(-mostDecisions)
  }
}
