/** The port of everything that has an effect on the world. */

import type { Attempt } from '../engine/input.ts'
import type { Action } from '../engine/rule.ts'
import type { Incident } from './incident.ts'

/**
 * Performs one action and tells what became of it.
 *
 * Resolves when the action has ended (a systemd job: when it is removed) or its time-out has passed. Never rejects for
 * what the world did; a rejection is a bug. An abort of `signal` gives up waiting, it does not undo.
 */
export interface Actuator {
  perform(action: Action, incident: Incident, signal: AbortSignal): Promise<Attempt>
}
