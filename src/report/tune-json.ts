/** A sweep over the settings of a rule for programs: one object for each setting, and the suggestion. Pure. */

import { caughtOf } from './setting-words.ts'
import { isoTime } from './time-text.ts'
import type { Setting, Trial, Tuning } from './tuning.ts'

/** Lengths of time are in seconds. */
export const tuningJson = (tuning: Tuning): readonly object[] => [
  ...tuning.trials.map((trial) => ({
    type: 'setting',
    ...settingJson(trial.setting),
    ...(trial === tuning.present ? { present: true } : {}),
    ...trialJson(trial, tuning),
  })),
  {
    type: 'suggestion',
    rule: tuning.rule,
    ...settingJson(tuning.suggestion.trial.setting),
    isPresent: tuning.suggestion.trial === tuning.present,
    reasons: tuning.suggestion.reasons,
    matched: tuning.matched,
    first: tuning.first === undefined ? null : isoTime(tuning.first),
    last: tuning.last === undefined ? null : isoTime(tuning.last),
    related: tuning.related,
    incidentsFrom: tuning.incidentsFrom,
    incidentsOutside: tuning.outside,
    incidents: tuning.incidents.map(({ name, from, until }) => ({
      name,
      from: isoTime(from),
      until: isoTime(until),
    })),
  },
]

const settingJson = ({ limit, within, cooldown }: Setting) => ({
  limit: limit ?? null,
  within: within / 1_000_000,
  cooldown: cooldown / 1_000_000,
})

function trialJson(trial: Trial, { incidents }: Tuning) {
  const { actions, score } = trial
  const first = actions[0]
  const taken = { actions: actions.length, firstAction: first === undefined ? null : isoTime(first) }
  if (score === undefined) return taken
  return {
    ...taken,
    caught: caughtOf(trial),
    missed: incidents.flatMap(({ name }, index) => (score.caught[index] === undefined ? [name] : [])),
    invented: score.invented,
    repeated: score.repeated,
    delay: score.delay === undefined ? null : score.delay / 1_000_000,
  }
}
