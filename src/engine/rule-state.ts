/** One rule at work: its matcher, its keys with their windows, its counts. */

import { compileMatch, type Matcher } from '../match/compile-match.ts'
import type { Fields } from '../match/matchable.ts'
import { type Cooldown, covers, newSubject, type Subject } from './cooldown.ts'
import type { HoldReason } from './decision.ts'
import type { LogEvent } from './event.ts'
import { keyId, keyValues } from './key.ts'
import { RecentMap } from './recent-map.ts'
import { type Rule, targetsOf } from './rule.ts'
import type { RuleStatus } from './status.ts'
import type { Targets } from './targets.ts'
import { ThresholdWindow } from './threshold-window.ts'
import type { Instant } from './time.ts'

/** A key and all that is remembered of it. */
export interface KeyState {
  /** Values of `group_by`, in its order. */
  readonly values: readonly string[]
  readonly window: ThresholdWindow
  /** Why the trigger that still holds was not acted upon. */
  heldFor: HoldReason | undefined
  /** The sum of its subjects' epochs when the window was last looked at. */
  epoch: number
  /** Of a rule that acts upon no unit. */
  readonly subject: Subject | undefined
}

export class RuleState {
  readonly rule: Rule
  readonly match: Matcher
  readonly targets: readonly string[]
  /** Targets that must not be acted upon when an administrator stopped them. */
  readonly needsRunningUnit: readonly string[]
  readonly #units: readonly Subject[]
  /** Units' subjects whose cooldown the rule keeps; for a simulated rule the real ones, too. */
  readonly #respected: readonly Subject[]
  readonly #keys: RecentMap<KeyState>
  matched = 0
  ignored = 0
  acted = 0
  held = 0

  constructor(rule: Rule, targets: Targets, maxKeys: number) {
    this.rule = rule
    this.match = compileMatch(rule.match)
    this.targets = targetsOf(rule)
    this.needsRunningUnit = rule.actions.flatMap((action) =>
      action.kind === 'unit' && (action.verb === 'restart' || action.verb === 'reload_or_restart')
        ? [action.unit]
        : [],
    )
    this.#units = this.targets.map((unit) => targets.subject(unit, rule.mode))
    this.#respected =
      rule.mode === 'enforce'
        ? this.#units
        : [...this.#units, ...this.targets.map((unit) => targets.subject(unit, 'enforce'))]
    this.#keys = new RecentMap(maxKeys)
  }

  keyOf(event: LogEvent, captures: Fields): KeyState {
    const values = keyValues(this.rule.groupBy, event, captures)
    return this.#keys.use(keyId(values), () => ({
      values,
      window: new ThresholdWindow(this.rule.condition),
      heldFor: undefined,
      epoch: this.#epoch(undefined),
      subject: this.targets.length === 0 ? newSubject() : undefined,
    }))
  }

  /** What enters a cooldown when the rule acts for `key`. */
  subjectsOf(key: KeyState): readonly Subject[] {
    return key.subject === undefined ? this.#units : [key.subject]
  }

  /** The cooldown into which an event of `key` at that time falls. */
  cooldownOf(key: KeyState, at: Instant): Cooldown | undefined {
    for (const { cooldown } of key.subject === undefined ? this.#respected : [key.subject]) {
      if (cooldown !== undefined && covers(cooldown, at)) return cooldown
    }
    return undefined
  }

  /** Empties the window when something was done, by whichever rule, since it was last looked at. */
  startAgainAfterActions(key: KeyState): void {
    const epoch = this.#epoch(key.subject)
    if (epoch === key.epoch) return
    key.epoch = epoch
    key.window.clear()
    key.heldFor = undefined
  }

  status(): RuleStatus {
    const { matched, ignored, acted, held } = this
    return {
      rule: this.rule.name,
      matched,
      ignored,
      acted,
      held,
      keys: this.#keys.size,
      evicted: this.#keys.evicted,
    }
  }

  #epoch(own: Subject | undefined): number {
    return this.#respected.reduce((sum, { epoch }) => sum + epoch, own?.epoch ?? 0)
  }
}
