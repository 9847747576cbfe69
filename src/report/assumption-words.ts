/** What a replay took for granted, in words. Pure. */

import type { Duration } from '../engine/time.ts'
import { spanText } from './time-text.ts'

export function assumptionWords({ job, recovers }: { job?: Duration; recovers?: boolean }): string {
  const length =
    job === undefined
      ? 'Every action is taken to succeed at once'
      : `Every action is taken to last ${spanText(job)}`
  if (recovers === undefined) return `${length}; the log goes on as it was written, without any of them.`
  return recovers ? `${length}, and to end the trouble.` : `${length}, and none to help.`
}
