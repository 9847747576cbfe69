/** Options that are points in time. */

import { Mistake } from '../config/mistake.ts'
import { parseMoment } from '../config/moment.ts'
import type { Instant } from '../engine/time.ts'
import { CommandError, exitCode } from './exit-code.ts'

/** What `option` says at `now`; a mistake ends the command. */
export function momentOption(option: string, text: string | undefined, now: Instant): Instant | undefined {
  const result = text === undefined ? undefined : parseMoment(text, now)
  if (!(result instanceof Mistake)) return result
  throw new CommandError(`${option}: ${result.message}`, exitCode.usage)
}
