/**
 * The course of a replay as reports show it: for each rule its events, its window's fill, its decisions and cooldowns. It
 * is told of everything while the replay runs, and its memory does not grow with the log. Pure.
 */

import type { Closing, CooldownEnd, Deafness, Decision, Grace } from '../../engine/decision.ts'
import type { Rule } from '../../engine/rule.ts'
import { knownUnits } from '../../engine/target.ts'
import type { Sighting, Witness } from '../../engine/witness.ts'
import { type RuleHistory, RuleTimeline, type Shade, type TimelineLimits } from './rule-timeline.ts'

/** For all rules together. */
const bucketsInAll = 24_000
const fewestBuckets = 120

/** What a page can show of that many rules without becoming slow. */
export const pageLimits = (rules: number): TimelineLimits => ({
  buckets: Math.max(fewestBuckets, Math.min(3_000, Math.floor(bucketsInAll / Math.max(1, rules)))),
  marks: 1_000,
  closeUps: 100,
})

export class Timeline implements Witness {
  readonly #rules: readonly RuleTimeline[]
  readonly #byName: ReadonlyMap<string, RuleTimeline>
  /** Cooldowns that are not over, by the decision that began them. */
  readonly #open = new Map<string, readonly Shade[]>()

  constructor(rules: readonly Rule[], limits: TimelineLimits) {
    this.#rules = rules.map((rule) => new RuleTimeline(rule, limits))
    this.#byName = new Map(this.#rules.map((timeline) => [timeline.rule.name, timeline]))
  }

  /** In the order of the rule file. */
  get histories(): readonly RuleHistory[] {
    return this.#rules.map(({ history }) => history)
  }

  matched(sighting: Sighting): void {
    this.#byName.get(sighting.rule)?.matched(sighting)
  }

  decision(decision: Decision): void {
    this.#byName.get(decision.rule)?.decided(decision)
    if (decision.kind === 'hold' && decision.because !== 'dry-run') return
    const shades = this.#concerned(decision.rule, decision.targets).flatMap(
      (timeline) => timeline.shade({ from: decision.at, kind: 'cooldown', of: decision.rule }) ?? [],
    )
    this.#open.set(decision.id, shades)
  }

  cooldownEnd({ decision, at, ignored }: Omit<CooldownEnd, 'kind'>): void {
    for (const shade of this.#open.get(decision) ?? []) {
      shade.until = at
      shade.ignored = ignored
    }
    this.#open.delete(decision)
  }

  closed(closing: Closing): void {
    this.#byName.get(closing.decision.rule)?.closed(closing)
  }

  grace({ unit, at, until, rules }: Grace): void {
    for (const rule of rules) this.#byName.get(rule)?.shade({ from: at, until, kind: 'grace', of: unit })
  }

  deaf({ rule, at }: Deafness): void {
    this.#byName.get(rule)?.deaf(at)
  }

  /** The rule itself, and those that act upon the same units. */
  #concerned(name: string, targets: readonly string[]): readonly RuleTimeline[] {
    return this.#rules.filter(
      ({ rule }) => rule.name === name || knownUnits(rule).some((unit) => targets.includes(unit)),
    )
  }
}
