/** What the two windows of sequences share: the compiled steps, and a chain of events that took them. */

import type { Matcher } from '../../match/compile-match.ts'
import { listFrom, seenFrom } from './saved.ts'
import type { Saved, Seen } from './window.ts'

/** The steps of a sequence, compiled once for all windows of a rule. */
export interface Steps {
  readonly matchers: readonly Matcher[]
  readonly unless: Matcher | undefined
}

/** The events that took the first step and the latest one. */
export interface Chain {
  readonly first: Seen
  readonly last: Seen
}

export const savedChain = (chain: Chain | undefined): Saved =>
  chain === undefined ? null : [chain.first.at, chain.first.evidence, chain.last.at, chain.last.evidence]

/** Null is no chain; undefined is what `savedChain` never returns. */
export function chainFrom(saved: unknown): Chain | null | undefined {
  if (saved === null) return null
  const [firstAt, firstEvidence, lastAt, lastEvidence] = listFrom(saved) ?? []
  const first = seenFrom(firstAt, firstEvidence)
  const last = seenFrom(lastAt, lastEvidence)
  return first === undefined || last === undefined || first.at > last.at ? undefined : { first, last }
}
