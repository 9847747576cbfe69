/** The state directory of a run: locked, and what was kept in it taken up. */

import { join } from 'node:path'
import type { Logger } from 'pino'
import * as z from 'zod'
import { thread } from '../alerts/outbox.ts'
import type { Thread } from '../alerts/thread.ts'
import { lockFile } from '../platform/lock.ts'
import type { LiveState } from '../run/live-state.ts'
import type { Position } from '../sources/source.ts'
import { directoryStore } from '../state/directory-store.ts'
import { engineState } from '../state/engine-state-schema.ts'
import { makeDirectory } from '../state/make-directory.ts'
import { CommandError, exitCode } from './exit-code.ts'

export interface KeptState {
  /** Absent where nothing is kept. */
  readonly directory?: string
  /** Of alerts, what may not be in their outbox. */
  readonly alerts: readonly Thread[]
  readonly live?: Omit<LiveState, 'besides'>
  readonly release: () => Promise<void>
}

const position: z.ZodType<Position> = z.json()
const snapshot = z.strictObject({
  positions: z.record(z.string(), position),
  engine: engineState,
  alerts: z.array(thread).optional(),
})

/** Without a directory nothing is kept. One that another watchdog uses ends the command. */
export async function openState(directory: string | undefined, log: Logger): Promise<KeptState> {
  if (directory === undefined) {
    log.debug(
      { type: 'state' },
      'no state directory: a restart of the watchdog forgets windows and cooldowns',
    )
    return { alerts: [], release: () => Promise.resolve() }
  }
  const release = await lock(directory, log)
  const store = directoryStore({
    directory,
    now: () => new Date(),
    notify: ({ kind, message }) => log[kind === 'saved' ? 'info' : 'warn']({ type: 'state', kind }, message),
  })
  const kept = store.load()
  const { success, data } = snapshot.safeParse(kept)
  if (!success) {
    if (kept !== undefined)
      log.warn(
        { type: 'state', kind: 'set-aside' },
        `${directory}: what is kept there is not understood; starting afresh`,
      )
    return { directory, alerts: [], live: { store, positions: new Map() }, release }
  }
  const positions = new Map(Object.entries(data.positions))
  const { engine, alerts = [] } = data
  return { directory, alerts, live: { store, positions, engine }, release }
}

async function lock(directory: string, log: Logger): Promise<() => Promise<void>> {
  try {
    makeDirectory(directory, 0o700)
  } catch {
    // A directory that cannot be made cannot be written to either, which is told when that is tried.
  }
  const result = await lockFile(join(directory, 'lock'))
  switch (result.kind) {
    case 'locked':
      return result.release
    case 'taken':
      throw new CommandError(
        `another watchdog keeps its state in ${directory}; stop it, or give this one a directory of its own with --state-dir`,
        exitCode.failed,
      )
    case 'impossible':
      log.warn(
        { type: 'state', kind: 'unlocked' },
        `${directory} cannot be locked (${result.why}); watching goes on`,
      )
      return () => Promise.resolve()
  }
}
