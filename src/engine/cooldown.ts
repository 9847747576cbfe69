/** Cooldowns: who is left alone after an action, and until when. */

import type { Decision } from './decision.ts'
import type { Instant } from './time.ts'

/** One action's cooldown, shared by all that it concerns. It ends when `until` has passed and the actions have ended. */
export interface Cooldown {
  readonly decision: Decision
  until: Instant
  /** The outcome of the actions is not known yet. */
  acting: boolean
  /** Matching events that came during it. */
  ignored: number
}

/** What a cooldown is about: a unit, for all rules that act upon it, or the key of a rule that acts upon none. */
export interface Subject {
  /** The latest one, over or not: an event that comes late is judged by its own time. */
  cooldown: Cooldown | undefined
  /** Raised at every action: windows that were filled before it start again from nothing. */
  epoch: number
}

export const newSubject = (): Subject => ({ cooldown: undefined, epoch: 0 })

/** Whether an event of time `at` falls into the cooldown, or before the action that began it. */
export const covers = (cooldown: Cooldown, at: Instant): boolean => cooldown.acting || at < cooldown.until
