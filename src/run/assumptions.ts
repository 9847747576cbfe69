/** What a replay takes for granted because no log says it: what would have become of the actions. Pure. */

import type { Decision } from '../engine/decision.ts'
import type { Input } from '../engine/input.ts'
import type { Rule } from '../engine/rule.ts'
import { after, type Duration, type Instant, microseconds } from '../engine/time.ts'

export interface Assumptions {
  /** How long the actions of a decision take; they end at once where it is absent. */
  readonly job?: Duration
  /** Whether the units recover by them; where it is absent the log goes on as it does, and is what is judged. */
  readonly recovers?: boolean
}

interface Deed {
  readonly decision: Decision
  readonly begun: Instant
}

/** The outcomes of the actions, each when its time has come. */
export class AssumedOutcomes {
  readonly #job: Duration
  readonly #fails: boolean
  /** Decisions that are being acted upon: all take as long, so the first one ends first. */
  readonly #pending: Deed[] = []

  constructor({ job = microseconds(0), recovers }: Assumptions) {
    this.#job = job
    this.#fails = recovers === false
  }

  /** When the earliest one comes. */
  get next(): Instant | undefined {
    const [deed] = this.#pending
    return deed === undefined ? undefined : after(deed.begun, this.#job)
  }

  /** What is to be told now of a decision to act. What is decided late, as a silence is, is acted upon late: at `begun`. */
  of(decision: Decision, begun: Instant): readonly Input[] {
    if (this.#job === 0) return this.#ending({ decision, begun })
    this.#pending.push({ decision, begun })
    return []
  }

  /** What is to be told when the time of the earliest one has come. */
  take(): readonly Input[] {
    const deed = this.#pending.shift()
    return deed === undefined ? [] : this.#ending(deed)
  }

  #ending({ decision: { id, actions, targets }, begun }: Deed): readonly Input[] {
    const at = after(begun, this.#job)
    const attempts = actions.map((action) => ({ action, result: 'done' }) as const)
    const down = this.#fails
      ? targets.map((unit) => ({ kind: 'unit', at, unit, stopped: false, running: false }) as const)
      : []
    return [{ kind: 'outcome', at, decision: id, attempts }, ...down]
  }
}

/**
 * The rules as they are where every action is taken to help. A log was written without it: what it goes on to complain of
 * belongs to the trouble that the action has ended, until the condition would be false even if nothing had been done.
 */
export const recovering = (rules: readonly Rule[]): readonly Rule[] =>
  rules.map(({ verify: _, ...rule }) => ({ ...rule, ...clearOf(rule) }))

function clearOf({ condition, clear }: Rule): Pick<Rule, 'clear'> {
  if (clear !== undefined) return { clear }
  switch (condition.kind) {
    case 'threshold':
      return { clear: { count: condition.count - 1, within: condition.within } }
    case 'absence':
      return { clear: { count: 0, within: microseconds(0) } }
    // Their events are not complaints but all that happens: only their share, or their order, is.
    case 'sequence':
    case 'ratio':
    case 'aggregate':
    case 'spike':
      return {}
  }
}
