/** What the engine knows of the units that rules act upon, shared by all rules that name the same one. */

import { newSubject, type Subject } from './cooldown.ts'
import type { Rule } from './rule.ts'

export class Targets {
  readonly #stopped = new Set<string>()
  readonly #subjects = { enforce: new Map<string, Subject>(), simulate: new Map<string, Subject>() }

  /** The unit's subject. A simulated action must not suppress a real one, so either mode has its own. */
  subject(unit: string, mode: Rule['mode']): Subject {
    const subjects = this.#subjects[mode]
    const known = subjects.get(unit)
    if (known !== undefined) return known
    const subject = newSubject()
    subjects.set(unit, subject)
    return subject
  }

  isStopped(unit: string): boolean {
    return this.#stopped.has(unit)
  }

  setStopped(unit: string, stopped: boolean): void {
    if (stopped) this.#stopped.add(unit)
    else this.#stopped.delete(unit)
  }
}
