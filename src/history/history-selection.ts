/** Which entries of the journal are the watchdog's own, as arguments of journalctl(1). Pure. */

import type { Instant } from '../engine/time.ts'
import { journalFields, messageIds } from '../report/journal-messages.ts'

export interface HistorySelection {
  readonly since?: Instant | undefined
  readonly until?: Instant | undefined
  readonly rule?: string | undefined
  /** A unit that the watchdog acts upon. */
  readonly target?: string | undefined
  /** All that belongs to this one. */
  readonly incident?: string | undefined
}

/** The unit of the watchdog, and the user that it runs as; see systemd/unit-watchdog.service. */
const ownUnit = 'unit-watchdog.service'

/**
 * Anybody may log an entry with our fields: believed are those of the `users`, by their numbers, and of the watchdog's
 * unit. journald itself says whose an entry is.
 */
export function historyArguments(selection: HistorySelection, users: readonly number[]): readonly string[] {
  const { since, until, rule, target, incident } = selection
  const wanted = [
    ...Object.values(messageIds).map((id) => `MESSAGE_ID=${id}`),
    ...(rule === undefined ? [] : [`${journalFields.rule}=${rule}`]),
    ...(target === undefined ? [] : [`${journalFields.target}=${target}`]),
    ...(incident === undefined ? [] : [`${journalFields.incident}=${incident}`]),
  ]
  const trusted = users.map((uid) => `_UID=${uid}`)
  return [
    ...(since === undefined ? [] : [`--since=${seconds(since)}`]),
    ...(until === undefined ? [] : [`--until=${seconds(until)}`]),
    ...[...wanted, ...trusted],
    '+',
    ...[...wanted, `_SYSTEMD_UNIT=${ownUnit}`],
  ]
}

/** As journalctl takes it, to the microsecond. */
const seconds = (at: Instant): string =>
  `@${Math.floor(at / 1_000_000)}.${String(at % 1_000_000).padStart(6, '0')}`
