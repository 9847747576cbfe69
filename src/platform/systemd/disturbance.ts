/** Tells when somebody stopped, started or reloaded a unit, rather than systemd by itself. Pure. */

import type { Instant } from '../../engine/time.ts'
import type { UnitState } from './unit-state.ts'

/** One look at a unit. */
export interface Look {
  readonly state: UnitState
  readonly stopped: boolean
  /** How often systemd started it again by itself since somebody started it; undefined where the type has no such count. */
  readonly restarts: number | undefined
}

/** Realtime of the latest disturbance that `now` shows over `before`; undefined where it shows none. */
export function disturbedAt(before: Look | undefined, now: Look): Instant | undefined {
  const { state } = now
  if (now.stopped) return state.activeExit
  if (before === undefined || state.invocation !== before.state.invocation) {
    return startedItself(before, now) ? undefined : state.inactiveExit
  }
  // A reload leaves no trace but that the state was another for a while.
  const isReload =
    state.active === 'reloading' ||
    (state.active === 'active' && before.state.active === 'active' && state.change !== before.state.change)
  return isReload ? state.change : undefined
}

const startedItself = (before: Look | undefined, { restarts = 0 }: Look): boolean =>
  restarts > (before?.restarts ?? 0)

/**
 * `now` as the one before the next look. systemd counts a start of its own a moment before it starts the unit: what it had
 * counted is what the first look at this start showed, unless that came just between the two.
 */
export function lastLook(before: Look | undefined, now: Look): Look {
  const { state, restarts } = now
  if (before?.state.invocation === state.invocation) return { ...now, restarts: before.restarts }
  const isCounted =
    state.sub === 'auto-restart-queued' || (state.sub === 'auto-restart' && state.job !== undefined)
  return isCounted && restarts !== undefined ? { ...now, restarts: restarts - 1 } : now
}
