/** All that has an effect on the world, behind the one port. */

import type { Attempt } from '../engine/input.ts'
import type { AlertAction } from '../engine/rule.ts'
import type { Actuator } from './actuator.ts'
import { performCommand } from './command-action.ts'
import type { Incident } from './incident.ts'
import { UnitActuator } from './unit-actuator.ts'
import type { UnitAttemptOptions } from './unit-attempt.ts'

/** Keeps alerts for delivery. */
export interface AlertTaker {
  perform(action: AlertAction, incident: Incident): Promise<Attempt>
}

/** The actuator of a running watchdog. */
export function actuatorOf(options: UnitAttemptOptions, alerts: AlertTaker): Actuator {
  const units = new UnitActuator(options)
  return {
    async perform(action, incident, signal) {
      // What was done before the end is told; the rest is not begun.
      if (signal.aborted && action.kind !== 'alert')
        return { action, result: 'failed', message: 'was not begun, because the watchdog ends' }
      switch (action.kind) {
        case 'command':
          return performCommand(action, incident, signal)
        case 'alert':
          return alerts.perform(action, incident)
        case 'unit':
        case 'kill':
          return units.perform(action, signal)
      }
    },
  }
}
