/** A look into the engine for operators: how full windows are, what is held back and until when. */

import type { HoldReason } from './decision.ts'
import type { EngineParts } from './engine-snapshot.ts'
import type { PauseState } from './engine-state.ts'
import type { Rule } from './rule.ts'
import type { KeyState, RuleState } from './rule-state.ts'
import type { RuleStatus } from './status.ts'
import { cools, isGivenUp, type Subject } from './subject.ts'
import { after, type Instant, span } from './time.ts'
import { spanOf } from './windows/condition-span.ts'

/** The window of one key; times are realtime. */
export interface KeyInspection {
  readonly key: Readonly<Record<string, string>>
  /** Events (of a distinct threshold: values) that count at present. */
  readonly count: number
  /** The ratio, aggregate or factor, where the condition has one. */
  readonly value?: number
  readonly first?: Instant
  readonly last?: Instant
  /** Why its latest trigger, which still holds, was not acted upon. */
  readonly heldFor?: HoldReason
}

export interface RuleInspection extends RuleStatus {
  readonly description?: string
  readonly condition: Rule['condition']
  readonly sources: readonly string[]
  readonly mode: Rule['mode']
  /** Time of the latest matching event. */
  readonly latest?: Instant
  /** It has matched nothing for longer than its `expect_every`. */
  readonly deaf: boolean
  /** The keys used last, the latest first. */
  readonly windows: readonly KeyInspection[]
}

/** A unit that rules act upon. */
export interface TargetInspection {
  readonly unit: string
  readonly mode: Rule['mode']
  readonly stopped?: boolean
  readonly running?: boolean
  /** End of its cooldown, the earliest that is possible while its actions go on. */
  readonly cooldown?: { readonly until: Instant; readonly acting: boolean; readonly ignored: number }
  /** The watchdog has given up. */
  readonly givenUp?: { readonly since: Instant; readonly again?: Instant }
  /** Times of the latest actions, the latest last. */
  readonly actions: readonly Instant[]
}

export interface Inspection {
  readonly rules: readonly RuleInspection[]
  readonly targets: readonly TargetInspection[]
  readonly pauses: readonly PauseState[]
}

const mostActions = 20

/** `now` is engine time; at most `mostKeys` keys of each rule are shown. */
export function inspect(parts: EngineParts, now: Instant, mostKeys: number): Inspection {
  const wall = (at: Instant): Instant => parts.timeline.wall(at)
  return {
    rules: parts.states.map((state) => inspectRule(state, now, mostKeys, wall)),
    targets: parts.units.subjects().map((subject) =>
      inspectTarget(
        subject,
        parts.units.observed.find(({ unit }) => unit === subject.unit),
        now,
        wall,
      ),
    ),
    pauses: parts.orders
      .save()
      .filter(({ subject }) => parts.orders.isPaused(subject, now))
      .map(({ subject, until }) => (until === undefined ? { subject } : { subject, until: wall(until) })),
  }
}

function inspectRule(
  state: RuleState,
  now: Instant,
  mostKeys: number,
  wall: (at: Instant) => Instant,
): RuleInspection {
  const { rule, latest, deaf } = state
  const keys = state.latestKeys(mostKeys)
  return {
    ...state.status(),
    ...(rule.description === undefined ? {} : { description: rule.description }),
    condition: rule.condition,
    sources: rule.sources,
    mode: rule.mode,
    ...(latest === undefined ? {} : { latest: wall(latest) }),
    deaf,
    windows: keys.map((key) => inspectKey(key, rule, now, wall)),
  }
}

function inspectKey(
  { values, window, heldFor }: KeyState,
  rule: Rule,
  now: Instant,
  wall: (at: Instant) => Instant,
): KeyInspection {
  const { count, value, first, last } = window.show()
  const key = Object.fromEntries(rule.groupBy.map((name, index) => [name, values[index] ?? '']))
  // A window lets go of what is too old when the next event comes.
  const isOld =
    last !== undefined && rule.condition.kind !== 'absence' && span(last.at, now) > spanOf(rule.condition)
  if (isOld) return { key, count: 0, last: wall(last.at) }
  return {
    key,
    count,
    ...(value === undefined ? {} : { value }),
    ...(first === undefined ? {} : { first: wall(first.at) }),
    ...(last === undefined ? {} : { last: wall(last.at) }),
    ...(heldFor === undefined ? {} : { heldFor }),
  }
}

function inspectTarget(
  subject: Subject,
  observed: { readonly stopped: boolean; readonly running: boolean } | undefined,
  now: Instant,
  wall: (at: Instant) => Instant,
): TargetInspection {
  const { unit, mode, cooldown, givenUp, actions } = subject
  const again = givenUp?.halfOpen === undefined ? undefined : after(givenUp.since, givenUp.halfOpen)
  return {
    unit,
    mode,
    ...(observed === undefined ? {} : { stopped: observed.stopped, running: observed.running }),
    ...(cooldown !== undefined && cools(cooldown, now)
      ? { cooldown: { until: wall(cooldown.until), acting: cooldown.acting, ignored: cooldown.ignored } }
      : {}),
    ...(givenUp !== undefined && isGivenUp(subject, now)
      ? { givenUp: { since: wall(givenUp.since), ...(again === undefined ? {} : { again: wall(again) }) } }
      : {}),
    actions: actions.slice(-mostActions).map(wall),
  }
}
