/** The latest decisions and what became of them, for whoever asks how things are. */

import type { Closing, Decision } from '../engine/decision.ts'
import type { Attempt, Outcome } from '../engine/input.ts'

export interface RecentIncident {
  readonly decision: Decision
  readonly attempts?: readonly Attempt[]
  readonly closing?: Closing
}

const most = 50

export class RecentIncidents {
  readonly #incidents = new Map<string, RecentIncident>()

  /** The latest last. */
  get all(): readonly RecentIncident[] {
    return [...this.#incidents.values()]
  }

  decision(decision: Decision): void {
    this.#incidents.set(decision.id, { decision })
    const [oldest] = this.#incidents.keys()
    if (this.#incidents.size > most && oldest !== undefined) this.#incidents.delete(oldest)
  }

  outcome({ id }: Decision, { attempts }: Outcome): void {
    this.#add(id, { attempts })
  }

  closed(closing: Closing): void {
    this.#add(closing.decision.id, { closing })
  }

  #add(id: string, more: Partial<RecentIncident>): void {
    const known = this.#incidents.get(id)
    if (known !== undefined) this.#incidents.set(id, { ...known, ...more })
  }
}
