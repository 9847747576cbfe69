/** Has systemd act on units: one action on a unit at a time. */

import type { Attempt } from '../engine/input.ts'
import type { UnitAction } from '../engine/rule.ts'
import { unlessAborted } from '../platform/unless-aborted.ts'
import { UnitAttempt, type UnitAttemptOptions } from './unit-attempt.ts'
import { meaningOf } from './unit-verb.ts'

export class UnitActuator {
  readonly #options: UnitAttemptOptions
  /** By unit: what was last begun on it. */
  readonly #turns = new Map<string, Promise<unknown>>()
  /** Units that had failed until the last action on them reset that: they look like stopped ones, and nobody stopped them. */
  readonly #reset = new Set<string>()

  constructor(options: UnitAttemptOptions) {
    this.#options = options
  }

  /** As `Actuator.perform`. */
  async perform(action: UnitAction, signal: AbortSignal): Promise<Attempt> {
    const begin = () => this.#attempt(action, signal)
    const attempt = (this.#turns.get(action.unit) ?? Promise.resolve()).then(begin, begin)
    this.#turns.set(action.unit, attempt)
    const message = `nobody waited for ${meaningOf(action).word} of ${action.unit} to end, because the watchdog ends`
    return (await unlessAborted(attempt, signal)) ?? { action, result: 'timed-out', message }
  }
  async #attempt(action: UnitAction, signal: AbortSignal): Promise<Attempt> {
    const wasReset = this.#reset.delete(action.unit)
    const unitAttempt = new UnitAttempt(action, this.#options, signal, wasReset)
    const attempt = await unitAttempt.run()
    if (unitAttempt.hasReset) this.#reset.add(action.unit)
    return attempt
  }
}
