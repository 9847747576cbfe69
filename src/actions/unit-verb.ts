/** What each action on a unit means to systemd. */

import { constants } from 'node:os'
import type { UnitAction } from '../engine/rule.ts'

interface VerbMeaning {
  /** Method of org.freedesktop.systemd1.Manager. */
  readonly method: string
  /** The word by which people, and polkit's `verb`, call it. */
  readonly word: string
  /** `always` leaves the unit started; `unless-stopped` must not be done to one that somebody stopped. */
  readonly starts: 'always' | 'unless-stopped' | 'never'
}

const meanings = {
  restart: { method: 'RestartUnit', word: 'restart', starts: 'unless-stopped' },
  reload: { method: 'ReloadUnit', word: 'reload', starts: 'never' },
  reload_or_restart: { method: 'ReloadOrRestartUnit', word: 'reload-or-restart', starts: 'unless-stopped' },
  start: { method: 'StartUnit', word: 'start', starts: 'always' },
  stop: { method: 'StopUnit', word: 'stop', starts: 'never' },
  reset_failed: { method: 'ResetFailedUnit', word: 'reset-failed', starts: 'never' },
  kill: { method: 'KillUnit', word: 'kill', starts: 'never' },
} as const satisfies Record<string, VerbMeaning>

const verbOf = (action: UnitAction) => (action.kind === 'kill' ? 'kill' : action.verb)

export const meaningOf = (action: UnitAction): VerbMeaning => meanings[verbOf(action)]

/** Arguments of the action's method. Throws for a signal that does not exist: rules are checked for that. */
export function argumentsOf(action: UnitAction): { signature: string; body: (string | number)[] } {
  if (action.kind === 'kill')
    return { signature: 'ssi', body: [action.unit, 'all', signalNumber(action.signal)] }
  return action.verb === 'reset_failed'
    ? { signature: 's', body: [action.unit] }
    : { signature: 'ss', body: [action.unit, 'replace'] }
}

const signals: ReadonlyMap<string, number> = new Map(Object.entries(constants.signals))

function signalNumber(name: string): number {
  const number = signals.get(name)
  if (number === undefined) throw new Error(`no such signal: ${name}`)
  return number
}
