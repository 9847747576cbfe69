/** The key of an event: the values of the rule's `group_by`, by which it gets a window of its own. */

import type { Fields } from '../match/matchable.ts'
import type { LogEvent } from './event.ts'

/** Longest value that takes part in a key, in UTF-16 units; the rest of a longer one is not looked at. */
const valueLimit = 1_024

/**
 * Values of `groupBy` in its order: `source` is the event's source, any other name a named group of the match or a field
 * of the event (the first value, where the field is repeated). What the event does not bear is the empty string.
 */
export function keyValues(groupBy: readonly string[], event: LogEvent, captures: Fields): readonly string[] {
  return groupBy.map((name) => partOf(name, event, captures).slice(0, valueLimit))
}

/** One string for each combination of values. */
export const keyId = (values: readonly string[]): string =>
  values.length === 1 ? (values[0] ?? '') : values.length === 0 ? '' : JSON.stringify(values)

function partOf(name: string, event: LogEvent, captures: Fields): string {
  if (name === 'source') return event.source
  const value = captures.get(name) ?? event.fields.get(name) ?? ''
  return typeof value === 'string' ? value : (value[0] ?? '')
}
