/** Reads a unit's state from systemd. */

import type { Reply } from '../bus/message.ts'
import type { Systemd } from './systemd.ts'
import { unitPath } from './unit-path.ts'
import { isStopped, type UnitState, unitState } from './unit-state.ts'

export type UnitReading =
  | { readonly kind: 'state'; readonly state: UnitState; readonly stopped: boolean }
  | Exclude<Reply, { kind: 'reply' }>

const unitInterface = 'org.freedesktop.systemd1.Unit'
const jobInterface = 'org.freedesktop.systemd1.Job'

/**
 * The state of `unit`, which systemd loads for that where it is not loaded; one that does not exist has a state, too.
 * An error means that the name is none of a unit.
 */
export async function readUnit(systemd: Systemd, unit: string, timeoutMs?: number): Promise<UnitReading> {
  for (;;) {
    const reply = await systemd.properties(unitPath(unit), unitInterface, timeoutMs)
    if (reply.kind !== 'reply') return reply
    const [properties] = reply.body
    const state = unitState(properties instanceof Map ? properties : new Map())
    if (state.job === undefined) return { kind: 'state', state, stopped: isStopped(state, undefined) }
    const job = await jobType(systemd, state.job, timeoutMs)
    if (job.kind === 'type') return { kind: 'state', state, stopped: isStopped(state, job.type) }
    // The job ended between the two calls, and with it the state has changed.
    if (job.kind !== 'gone') return job
  }
}

/** How often systemd started the unit again by itself; undefined where that is not known. */
export async function readRestarts(systemd: Systemd, unit: string): Promise<number | undefined> {
  if (!unit.endsWith('.service')) return undefined
  const reply = await systemd.properties(unitPath(unit), 'org.freedesktop.systemd1.Service')
  const [properties] = reply.kind === 'reply' ? reply.body : []
  const count = properties instanceof Map ? properties.get('NRestarts') : undefined
  return typeof count === 'number' ? count : undefined
}

type JobType =
  | { readonly kind: 'type'; readonly type: string }
  | { readonly kind: 'gone' }
  | Exclude<Reply, { kind: 'reply' | 'error' }>

/** What the job at `path` does to its unit: `start`, `stop`, `restart` …; `gone` once it has ended. */
export async function jobType(systemd: Systemd, path: string, timeoutMs?: number): Promise<JobType> {
  const reply = await systemd.properties(path, jobInterface, timeoutMs)
  if (reply.kind === 'error') return { kind: 'gone' }
  if (reply.kind !== 'reply') return reply
  const [properties] = reply.body
  const type = properties instanceof Map ? properties.get('JobType') : undefined
  return { kind: 'type', type: typeof type === 'string' ? type : '' }
}
