/** Waiting for an event, for a while. */

import { type EventEmitter, once } from 'node:events'

/** Whether `event` occurs within `timeoutMs`. The wait alone does not keep the process alive. */
export async function occurs(emitter: EventEmitter, event: string, timeoutMs: number): Promise<boolean> {
  try {
    await once(emitter, event, { signal: AbortSignal.timeout(Math.max(Math.ceil(timeoutMs), 0)) })
    return true
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') return false
    throw error
  }
}
