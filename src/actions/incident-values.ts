/** What placeholders and the environment of commands tell of an incident. */

import type { Evidence } from '../engine/decision.ts'
import { commandEnvironment, variableName } from '../platform/command-environment.ts'
import { targetOf } from '../report/decision-words.ts'
import { isoTime } from '../report/time-text.ts'
import type { Incident } from './incident.ts'

/** Linux refuses to start a command with one longer than 128 KiB; whoever writes a log must not be able to do that. */
const longestValue = 4_096

/** Values by the name of their placeholder: those of `incidentPlaceholders`, key fields as `NAME` and as `key.NAME`. */
export const incidentValues = (incident: Incident): ReadonlyMap<string, string> => {
  const key = [...incident.key].map(([name, value]) => [name, cut(value)] as const)
  const prefixed = key.map(([name, value]) => [`key.${name}`, value] as const)
  return new Map([...key, ...prefixed, ...ownValues(incident)])
}

const ownValues = (incident: Incident) =>
  [
    ['rule', incident.rule],
    ['target', targetOf(incident) ?? ''],
    ['count', String(incident.count)],
    ['first', timeOf(incident.first)],
    ['last', timeOf(incident.last)],
    ['time', isoTime(incident.at)],
  ] as const

/** `WATCHDOG_RULE` and so on; a key field `worker` is `WATCHDOG_KEY_WORKER`. */
export function incidentEnvironment(
  incident: Incident,
  ours: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, string> {
  const environment = commandEnvironment(ours)
  for (const [name, value] of ownValues(incident)) environment.set(`WATCHDOG_${name.toUpperCase()}`, value)
  const evidence = incident.gathered?.path
  if (evidence !== undefined) environment.set('WATCHDOG_EVIDENCE', evidence)
  for (const [name, value] of incident.key) {
    environment.set(`WATCHDOG_KEY_${variableName(name)}`, cut(value))
  }
  return environment
}

/** Empty where there was no event. */
const timeOf = (evidence: Evidence | undefined): string =>
  evidence === undefined ? '' : isoTime(evidence.at)

const cut = (value: string): string => value.slice(0, longestValue)
