/** All that has an effect on the world, behind the one port. */

import type { Actuator } from './actuator.ts'
import { performCommand } from './command-action.ts'
import { UnitActuator } from './unit-actuator.ts'
import type { UnitAttemptOptions } from './unit-attempt.ts'

/** The actuator of a running watchdog. */
export function actuatorOf(options: UnitAttemptOptions): Actuator {
  const units = new UnitActuator(options)
  return {
    async perform(action, incident, signal) {
      if (signal.aborted)
        return { action, result: 'failed', message: 'was not begun, because the watchdog ends' }
      switch (action.kind) {
        case 'command':
          return performCommand(action, incident, signal)
        case 'alert':
          return { action, result: 'failed', message: 'alerts are not delivered yet' }
        case 'unit':
        case 'kill':
          return units.perform(action, signal)
      }
    },
  }
}
