/** Who takes over the connections of those who leave: the new manager if there is one, else others of this pool in turn. */

import { type Party, Relay } from './relay.ts'

export class Handover {
  readonly relay = new Relay((tried) => this.#pick(tried))
  readonly #candidates: () => readonly (readonly Party[])[]
  #successor: Party | undefined
  #turn = 0

  /** `candidates`: those of this pool who can take connections at this moment, in groups, the best first. */
  constructor(candidates: () => readonly (readonly Party[])[]) {
    this.#candidates = candidates
  }

  /** There is a new manager, which takes all of them. */
  get hasSuccessor(): boolean {
    return this.#successor !== undefined
  }

  /** From now on connections are handed to a new manager. */
  begin(successor: Party): void {
    this.#successor = successor
  }

  /** The new manager has ended: connections that were to go to it stay. */
  abandon(successor: Party): void {
    if (this.#successor === successor) this.#successor = undefined
    this.relay.gone(successor)
  }

  #pick(tried: ReadonlySet<Party>): Party | undefined {
    const successor = this.#successor
    if (successor !== undefined) return tried.has(successor) ? undefined : successor
    const untried = this.#candidates().map((group) => group.filter((party) => !tried.has(party)))
    const group = untried.find(({ length }) => length > 0) ?? []
    this.#turn += 1
    return group[this.#turn % Math.max(1, group.length)]
  }
}
