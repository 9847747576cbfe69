/** Tells of units that rules would act upon and that systemd does not know. */

import type { Logger } from 'pino'
import type { Systemd } from '../platform/systemd/systemd.ts'
import { readUnit } from '../platform/systemd/unit-reading.ts'

/** One warning for each; waits for systemd where it is away, and says nothing of units that it cannot ask about. */
export async function tellMissingUnits(
  systemd: Systemd,
  units: readonly string[],
  log: Logger,
): Promise<void> {
  for (const unit of units) {
    const reading = await readUnit(systemd, unit)
    if (reading.kind !== 'state') continue
    const { load } = reading.state
    if (load === 'loaded') continue
    const what = load === 'not-found' ? `there is no unit ${unit}` : `${unit} cannot be used (${load})`
    const advice =
      'check its name in the rule file with "systemctl list-unit-files"; the rules go on without it'
    log.warn({ type: 'unit', unit, load }, `${what}: ${advice}`)
  }
}
