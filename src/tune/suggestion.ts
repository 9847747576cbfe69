/** Which setting to take, and why. Pure. */

import { caughtOf, delayWords, limitWords, settingWords, trialSentence } from '../report/setting-words.ts'
import { spanText } from '../report/time-text.ts'
import type { Setting, Suggestion, Sweep, Trial, Tuning } from '../report/tuning.ts'

/** What is not earlier by the longer of these, as a share and in µs, is about as early. */
const notableShare = 0.2
const notableDelay = 10_000_000

type Found = Pick<Tuning, 'sweep' | 'trials' | 'present' | 'limit' | 'incidents' | 'outside' | 'matched'>

/**
 * With known incidents: of the settings that catch the most of them, and among these invent the fewest, those whose
 * neighbours do as well, because the next incident will not be quite like the last; of these those that act about as early
 * as any, and of them the one nearest to the present. Actions that follow another in an incident count for nothing: what was
 * logged does not know that the unit would have been restarted. Without incidents it is the present setting: nothing tells
 * which actions were needed.
 */
export function suggest(found: Found): Suggestion {
  const { present, matched } = found
  if (matched === 0)
    return keep(present, 'No event matches: these logs say nothing about the rule. Do they belong to it?')
  return present.score === undefined ? withoutIncidents(found) : byIncidents(found)
}

const keep = (trial: Trial, ...reasons: readonly string[]): Suggestion => ({ trial, reasons })

function withoutIncidents({ sweep, trials, present, limit, outside }: Found): Suggestion {
  const others = neighbours(present, sweep, trials).filter(
    ({ actions }) => actions.length !== present.actions.length,
  )
  const nearby =
    others.length === 0
      ? 'The settings next to it act as often.'
      : `Next to it: ${others
          .map(({ setting, actions }) => `${settingWords(setting, limit)} acts ${times(actions.length)}`)
          .join('; ')}.`
  return keep(
    present,
    outside > 0
      ? 'The logs reach none of the known incidents: give those of that time.'
      : 'No incident is known, and nothing else tells the actions that were needed from those that were not: give --incidents FILE.',
    `The present setting acts ${times(present.actions.length)}. ${nearby}`,
  )
}

function byIncidents({ sweep, trials, present, limit, incidents }: Found): Suggestion {
  if (trials.every((trial) => caughtOf(trial) === 0)) return keep(present, noneCaught)
  const isBest = bestOf(trials)
  const best = trials.filter(isBest)
  const isSteady = (trial: Trial): boolean => neighbours(trial, sweep, trials).every(isBest)
  const steady = best.filter(isSteady)
  const candidates = steady.length > 0 ? steady : best
  const earliest = Math.min(...candidates.map(delayOf))
  const early = candidates.filter((one) => !isNotablyEarlier(earliest, delayOf(one)))
  const [nearest = present] = [...early].sort(
    (one, other) =>
      ends(one, sweep).length - ends(other, sweep).length ||
      distance(one.setting, sweep) - distance(other.setting, sweep) ||
      delayOf(one) - delayOf(other),
  )
  const trial = early.includes(present) ? present : nearest
  const never = incidents.filter((_, index) =>
    trials.every(({ score }) => score?.caught[index] === undefined),
  )
  const edge = neighbours(trial, sweep, trials).filter((one) => !isBest(one))
  return {
    trial,
    reasons: [
      trial === present
        ? `The present setting does as well as any: ${trialSentence(present)}.`
        : `${capital(trialSentence(trial))}. The present setting: ${trialSentence(present)}.`,
      ...(trial !== present && isBest(present)
        ? [whyBetter(trial, present, candidates.includes(present))]
        : []),
      edge.length === 0
        ? 'The settings next to it do as well: it does not stand on an edge.'
        : `It stands on an edge: ${edge.map((one) => `${settingWords(one.setting, limit)}: ${trialSentence(one)}`).join('; ')}.`,
      ...(never.length === 0
        ? []
        : [`No setting that was tried catches ${never.map(({ name }) => name).join(', ')}.`]),
      ...beyond(trial, sweep, limit),
    ],
  }
}

const noneCaught =
  'No setting that was tried catches any known incident: is it the right rule, are these the right logs, and their times of the right zone?'

function whyBetter(trial: Trial, present: Trial, isCandidate: boolean): string {
  if (!isCandidate) return 'The present setting does as well, but it stands on an edge.'
  return `It catches the same, and acts ${delayWords(delayOf(trial))} instead of ${delayWords(delayOf(present))}.`
}

/** Beyond the end of the sweep there may be a better one. */
function beyond(trial: Trial, sweep: Sweep, limit: Tuning['limit']): readonly string[] {
  const { setting } = trial
  const names = ends(trial, sweep).map((end) =>
    end === 'limit' ? limitWords(setting.limit ?? 0, limit) : spanText(setting.within),
  )
  return names.length === 0
    ? []
    : [`${capital(names.join(' and '))} is the last that was tried: try some beyond it, too.`]
}

/** Where the trial stands at an end of the sweep. */
const ends = ({ setting }: Trial, { limits, withins }: Sweep): readonly ('limit' | 'within')[] => [
  ...(isEnd(setting.limit, limits) ? ['limit' as const] : []),
  ...(isEnd(setting.within, withins) ? ['within' as const] : []),
]

const isEnd = (value: number | undefined, values: readonly number[]): boolean =>
  values.length > 1 && (value === values[0] || value === values.at(-1))

/** Whether a trial catches as many incidents as any, and of those that do, invents as few. */
function bestOf(trials: readonly Trial[]): (trial: Trial) => boolean {
  const caught = Math.max(...trials.map(caughtOf))
  const invented = Math.min(
    ...trials.filter((trial) => caughtOf(trial) === caught).map(({ score }) => score?.invented ?? 0),
  )
  return (trial) => caughtOf(trial) === caught && trial.score?.invented === invented
}

/** Trials whose limit or window is the next one, with all else the same. */
function neighbours(
  { setting }: Trial,
  { limits, withins }: Sweep,
  trials: readonly Trial[],
): readonly Trial[] {
  const isNext = (one: number | undefined, other: number | undefined, values: readonly number[]): boolean =>
    Math.abs(values.indexOf(one ?? 0) - values.indexOf(other ?? 0)) === 1
  return trials.filter(({ setting: other }) => {
    if (other.cooldown !== setting.cooldown) return false
    return other.within === setting.within
      ? isNext(other.limit, setting.limit, limits)
      : other.limit === setting.limit && isNext(other.within, setting.within, withins)
  })
}

/** Steps of the sweep between a setting and the present one. */
function distance(setting: Setting, { present, limits, withins, cooldowns }: Sweep): number {
  const steps = (one: number, other: number, values: readonly number[]): number =>
    Math.abs(values.indexOf(one) - values.indexOf(other))
  return (
    steps(setting.limit ?? 0, present.limit ?? 0, limits) +
    steps(setting.within, present.within, withins) +
    steps(setting.cooldown, present.cooldown, cooldowns)
  )
}

const delayOf = ({ score }: Trial): number => score?.delay ?? 0

const isNotablyEarlier = (one: number, other: number): boolean =>
  other - one > Math.max(notableDelay, notableShare * Math.abs(other))

const times = (count: number): string => (count === 0 ? 'never' : count === 1 ? 'once' : `${count} times`)

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
