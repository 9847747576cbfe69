/** Signs of life for the service manager: while the event loop turns and every source gets on, and not longer. */

import type { Notifier } from '../platform/notify.ts'
import { pause } from '../platform/pause.ts'
import type { Source } from '../sources/source.ts'

export interface LifeSignsOptions {
  readonly notifier: Notifier
  /** Those that are being read now. */
  readonly sources: () => readonly Source[]
  /** Told once when sources have stopped getting on, and once with nothing when they do again. */
  readonly onStall: (stalls: readonly string[]) => void
  readonly signal: AbortSignal
}

/** Until `signal` aborts. Does nothing where the manager wants no signs of life. */
export async function giveLifeSigns({ notifier, sources, onStall, signal }: LifeSignsOptions): Promise<void> {
  const { keepAliveMs } = notifier
  if (keepAliveMs === undefined) return
  let wasStalled = false
  for (;;) {
    await pause(keepAliveMs, signal)
    if (signal.aborted) return
    const stalls = await stallsOf(sources())
    if (stalls.length > 0 !== wasStalled) onStall(stalls)
    wasStalled = stalls.length > 0
    if (!wasStalled) await notifier.tell('WATCHDOG=1')
  }
}

async function stallsOf(sources: readonly Source[]): Promise<readonly string[]> {
  const stalls = await Promise.all(sources.map((source) => source.stall?.()))
  return stalls.filter((stall) => stall !== undefined)
}
