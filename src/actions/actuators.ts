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
      return action.kind === 'command'
        ? performCommand(action, incident, signal)
        : units.perform(action, signal)
    },
  }
}
