/** What one rule saw and decided in the course of a replay, in bounded memory. Pure. */

import type { Closing, Decision } from '../../engine/decision.ts'
import type { Rule } from '../../engine/rule.ts'
import type { Instant } from '../../engine/time.ts'
import type { Sighting } from '../../engine/witness.ts'
import { type Bucket, Buckets, type Sample } from './buckets.ts'
import { type CloseUp, CloseUps } from './close-ups.ts'
import { fillOf, type Gauge, gaugeOf } from './gauge.ts'
import { Silences } from './silences.ts'

/** A decision, and how the incident ended where that was looked at. */
export interface Mark {
  readonly decision: Decision
  closing?: Closing
}

/** A time in which the rule ignored events. */
export interface Shade {
  readonly from: Instant
  /** Absent: it lasts beyond the log. */
  until?: Instant
  readonly kind: 'cooldown' | 'grace'
  /** Whose action began the cooldown, or which unit somebody else restarted. */
  readonly of: string
  ignored?: number
}

/** What a report shows of a rule. */
export interface RuleHistory {
  readonly rule: Rule
  readonly gauge: Gauge
  readonly buckets: readonly Bucket[]
  readonly closeUps: readonly CloseUp[]
  readonly marks: readonly Mark[]
  readonly shades: readonly Shade[]
  /** Times at which no event had matched for longer than expected. */
  readonly deaf: readonly Instant[]
  /** Decisions beyond the limit, which are counted only. */
  readonly unmarked: number
}

export interface TimelineLimits {
  readonly buckets: number
  /** Decisions, and also shades, that are kept of a rule. */
  readonly marks: number
  /** Decisions of a rule whose events are kept one by one. */
  readonly closeUps: number
}

export class RuleTimeline {
  readonly rule: Rule
  readonly #limits: TimelineLimits
  readonly #buckets: Buckets
  readonly #closeUps: CloseUps
  readonly #silences: Silences | undefined
  readonly #marks: Mark[] = []
  readonly #shades: Shade[] = []
  readonly #deaf: Instant[] = []
  #unmarked = 0

  constructor(rule: Rule, limits: TimelineLimits) {
    this.rule = rule
    this.#limits = limits
    this.#buckets = new Buckets(limits.buckets)
    this.#closeUps = new CloseUps(limits.closeUps)
    this.#silences = rule.condition.kind === 'absence' ? new Silences() : undefined
  }

  matched(sighting: Sighting): void {
    const { event, fate } = sighting
    const sample: Sample = {
      at: event.at,
      text: event.text,
      fill: fate === 'counted' ? this.#fill(sighting) : undefined,
    }
    this.#buckets.add(sample)
    this.#closeUps.add(sample)
  }

  decided(decision: Decision): void {
    if (this.#marks.length < this.#limits.marks) this.#marks.push({ decision })
    else this.#unmarked++
    this.#closeUps.keep()
  }

  closed(closing: Closing): void {
    const mark = this.#marks.findLast(({ decision }) => decision.id === closing.decision.id)
    if (mark !== undefined) mark.closing = closing
  }

  /** Returns the shade, so that its end can be told; `undefined` where there are too many. */
  shade(shade: Shade): Shade | undefined {
    if (this.#shades.length === this.#limits.marks) return undefined
    this.#shades.push(shade)
    return shade
  }

  deaf(at: Instant): void {
    if (this.#deaf.length < this.#limits.marks) this.#deaf.push(at)
  }

  get history(): RuleHistory {
    return {
      rule: this.rule,
      gauge: gaugeOf(this.rule.condition),
      buckets: this.#buckets.all,
      closeUps: this.#closeUps.all,
      marks: this.#marks,
      shades: this.#shades,
      deaf: this.#deaf,
      unmarked: this.#unmarked,
    }
  }

  #fill({ event, values = [], show }: Sighting): number {
    if (this.#silences !== undefined) return this.#silences.before(values, event.at)
    return show === undefined ? 0 : fillOf(this.rule.condition, show())
  }
}
