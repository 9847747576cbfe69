/** What the engine tells, when it is asked to, of every event that a rule matches. It decides nothing. */

import type { LogEvent } from './event.ts'
import type { Showing } from './windows/window.ts'

/** What became of a matching event: it entered its window, or was ignored, or came too late to be put in its place. */
export type Fate = 'counted' | 'cooldown' | 'grace' | 'late'

export interface Sighting {
  readonly rule: string
  /** Values of the rule's `group_by`, in its order; absent for an event that came too late. */
  readonly values?: readonly string[]
  readonly event: LogEvent
  readonly fate: Fate
  /** The key's window as it is now; to be asked before the engine goes on, and only where it is wanted. */
  readonly show?: () => Showing
}

/** Called while the engine is at work: it must not call it. */
export interface Witness {
  matched(sighting: Sighting): void
  /** The window of a key of the rule starts again from nothing. */
  emptied?(rule: string, values: readonly string[]): void
}
