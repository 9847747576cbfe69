/** What of a rule is swept: its limit, its window and its cooldown. Pure. */

import type { Rule } from '../engine/rule.ts'
import { type Duration, microseconds, seconds } from '../engine/time.ts'
import type { Condition } from '../engine/windows/conditions.ts'
import type { Setting, Sweep, Tuning } from '../report/tuning.ts'

/** The setting that the rule has. */
export const settingOf = ({ condition, cooldown }: Rule): Setting => {
  const limit = limitOf(condition)
  return { ...(limit === undefined ? {} : { limit }), within: windowOf(condition), cooldown }
}

/** The rule with another setting, and all else as it is. */
export const withSetting = (rule: Rule, { limit, within, cooldown }: Setting): Rule => ({
  ...rule,
  condition: conditionWith(rule.condition, limit, within),
  cooldown,
})

/** A count, a share, a number or a factor; absent of conditions that have none. */
function limitOf(condition: Condition): number | undefined {
  switch (condition.kind) {
    case 'threshold':
      return condition.count
    case 'ratio':
      return condition.above
    case 'aggregate':
      return 'above' in condition ? condition.above : condition.below
    case 'spike':
      return condition.factor
    case 'absence':
    case 'sequence':
      return undefined
  }
}

export function limitKind({ condition: { kind } }: Rule): Tuning['limit'] {
  switch (kind) {
    case 'threshold':
      return 'count'
    case 'ratio':
      return 'share'
    case 'aggregate':
    case 'spike':
      return 'number'
    case 'absence':
    case 'sequence':
      return undefined
  }
}

const windowOf = (condition: Condition): Duration =>
  condition.kind === 'absence' ? condition.for : condition.within

function conditionWith(condition: Condition, limit: number | undefined, within: Duration): Condition {
  switch (condition.kind) {
    case 'threshold':
      return { ...condition, count: limit ?? condition.count, within }
    case 'ratio':
      return { ...condition, above: limit ?? condition.above, within }
    case 'aggregate':
      return 'above' in condition
        ? { ...condition, above: limit ?? condition.above, within }
        : { ...condition, below: limit ?? condition.below, within }
    case 'spike':
      return { ...condition, factor: limit ?? condition.factor, within }
    case 'absence':
      return { ...condition, for: within }
    case 'sequence':
      return { ...condition, within }
  }
}

/** What was chosen instead of the values around the present ones. */
export interface Chosen {
  readonly limits?: readonly number[] | undefined
  readonly withins?: readonly Duration[] | undefined
  readonly cooldowns?: readonly Duration[] | undefined
}

const limitFactors = [0.3, 0.5, 0.7, 0.85, 1, 1.2, 1.5, 2, 3]
const withinFactors = [0.25, 0.5, 0.75, 1, 1.5, 2, 4]
const cooldownFactors = [0.5, 1, 2, 4]

/** All combinations of the chosen values, or of values around the present ones, which are always among them. */
export function sweepOf(rule: Rule, { limits, withins, cooldowns }: Chosen): Sweep {
  const { limit, within, cooldown } = settingOf(rule)
  return {
    present: settingOf(rule),
    limits:
      limit === undefined
        ? []
        : sorted([...(limits ?? around(limit, limitFactors, limitRounding(rule.condition))), limit]),
    withins: sorted([...(withins ?? around(within, withinFactors, round)), within]),
    cooldowns: sorted([...(cooldowns ?? around(cooldown, cooldownFactors, round)), cooldown]),
  }
}

/** In the order of limits, windows and cooldowns, the last changing first. */
export const settingsOf = ({ limits, withins, cooldowns }: Sweep): readonly Setting[] =>
  (limits.length === 0 ? [undefined] : limits).flatMap((limit) =>
    withins.flatMap((within) =>
      cooldowns.map((cooldown) => ({ ...(limit === undefined ? {} : { limit }), within, cooldown })),
    ),
  )

const around = <Value extends number>(
  value: Value,
  factors: readonly number[],
  rounded: (value: number) => Value,
): readonly Value[] => factors.map((factor) => rounded(value * factor))

/** Shares end at 1, and counts are whole. */
const limitRounding = ({ kind }: Condition): ((value: number) => number) =>
  kind === 'threshold'
    ? (value) => Math.min(mostEvents, Math.max(1, Math.round(value)))
    : kind === 'ratio'
      ? (value) => Number(Math.min(1, value).toPrecision(2))
      : (value) => Number(value.toPrecision(3))

/** As many as a rule file may ask for. */
export const mostEvents = 10_000

/** To what people would write: whole seconds where there are many, halves of a minute where there are more. */
function round(length: number): Duration {
  const step = [seconds(60), seconds(30), seconds(5), seconds(1), microseconds(100_000)].find(
    (unit) => length >= 10 * unit,
  )
  return step === undefined ? microseconds(Math.ceil(length)) : microseconds(Math.round(length / step) * step)
}

const sorted = <Value extends number>(values: readonly Value[]): readonly Value[] =>
  [...new Set(values)].sort((one, other) => one - other)
