/** Reads a unit's state from systemd. */

import type { BusValue, Reply } from '../bus/message.ts'
import type { Systemd } from './systemd.ts'
import { unitPath } from './unit-path.ts'
import { isStopped, type UnitState, unitState } from './unit-state.ts'

export type UnitReading =
  | {
      readonly kind: 'state'
      readonly state: UnitState
      readonly stopped: boolean
      /** How often systemd started it again by itself; undefined where its type has no such count. */
      readonly restarts: number | undefined
    }
  | Exclude<Reply, { kind: 'reply' }>

/** All properties at once, as systemctl(1) asks for them: they must be of one moment. */
const everyInterface = ''
const jobInterface = 'org.freedesktop.systemd1.Job'

/**
 * The state of `unit`, which systemd loads for that where it is not loaded; one that does not exist has a state, too.
 * An error means that the name is none of a unit.
 */
export async function readUnit(systemd: Systemd, unit: string, timeoutMs?: number): Promise<UnitReading> {
  for (;;) {
    const reply = await systemd.properties(unitPath(unit), everyInterface, timeoutMs)
    if (reply.kind !== 'reply') return reply
    const [properties] = reply.body
    const all = properties instanceof Map ? properties : new Map<string, BusValue>()
    const state = unitState(all)
    const count = all.get('NRestarts')
    const restarts = typeof count === 'number' ? count : undefined
    if (state.job === undefined) {
      return { kind: 'state', state, stopped: isStopped(state, undefined), restarts }
    }
    const job = await jobType(systemd, state.job, timeoutMs)
    if (job.kind === 'type') return { kind: 'state', state, stopped: isStopped(state, job.type), restarts }
    // The job ended between the two calls, and with it the state has changed.
    if (job.kind !== 'gone') return job
  }
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
