/** Settings of a rule, and what came of them, in words. Pure. */

import { span } from '../engine/time.ts'
import { counted } from './counted.ts'
import { printable } from './printable.ts'
import { isoTime, spanText } from './time-text.ts'
import type { Incident, Setting, Trial, Tuning } from './tuning.ts'

/** `10 in 1min 30s, cooldown 30s`. */
export const settingWords = ({ limit, within, cooldown }: Setting, kind: Tuning['limit']): string =>
  `${limit === undefined ? '' : `${limitWords(limit, kind)} in `}${spanText(within)}, cooldown ${spanText(cooldown)}`

export const limitWords = (limit: number, kind: Tuning['limit']): string =>
  kind === 'share' ? `${Number((limit * 100).toPrecision(6))}%` : String(limit)

/** How many of the known incidents a trial caught. */
export const caughtOf = ({ score }: Trial): number =>
  score?.caught.filter((at) => at !== undefined).length ?? 0

/** `3`, or `3 2/2 +1`: actions, incidents that were caught, and actions in none. */
export function trialWords(trial: Trial): string {
  const { actions, score } = trial
  if (score === undefined) return String(actions.length)
  const invented = score.invented === 0 ? '' : ` +${score.invented}`
  return `${actions.length} ${caughtOf(trial)}/${score.caught.length}${invented}`
}

/** The same in full. */
export function trialSentence(trial: Trial): string {
  const { actions, score } = trial
  const taken = counted(actions.length, 'action')
  if (score === undefined) return taken
  const { caught, invented, repeated, delay } = score
  const found = caughtOf(trial)
  const known = caught.length
  const what =
    found === known
      ? `catches ${known === 1 ? 'the known incident' : `all ${known} known incidents`}`
      : `catches ${found} of ${counted(known, 'known incident')}`
  return [
    taken,
    what,
    invented === 0 ? 'invents none' : `invents ${invented}`,
    ...(repeated === 0 ? [] : [`acts ${counted(repeated, 'time')} more in them`]),
    ...(delay === undefined ? [] : [`acts ${delayWords(delay)}`]),
  ].join(', ')
}

/** When an incident was caught, from its start or from the restart that ended it. */
export function incidentWords(incident: Incident, index: number, { score }: Trial): string {
  const at = score?.caught[index]
  const name = printable(incident.name)
  if (at === undefined) return `${name}: missed`
  const delay = span(incident.reference, at)
  return `${name}: at ${isoTime(at)}, ${delayWords(delay)}`
}

/** To the second, but for what is shorter than one. */
export function delayWords(delay: number): string {
  if (delay === 0) return 'at once'
  const length = Math.abs(delay)
  const shown = length < second ? length : Math.round(length / second) * second
  return `${spanText(shown)} ${delay < 0 ? 'early' : 'late'}`
}

const second = 1_000_000
