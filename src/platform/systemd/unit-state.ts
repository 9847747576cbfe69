/** A unit's state, out of the properties by which systemd tells it. Pure. */

import { type Instant, instant } from '../../engine/time.ts'
import type { BusValue } from '../bus/message.ts'

/** What we read of `org.freedesktop.systemd1.Unit`; see org.freedesktop.systemd1(5). */
export interface UnitState {
  /** The unit's own name, where it was asked for by an alias. */
  readonly id: string
  /** `loaded`, `not-found`, `masked`, `bad-setting`, `error` … */
  readonly load: string
  /** `active`, `reloading`, `inactive`, `failed`, `activating`, `deactivating` … */
  readonly active: string
  /** Finer than `active`, in words of the unit's type: `running`, `auto-restart`, `dead` … */
  readonly sub: string
  /** Object path of the job that waits or runs for the unit. */
  readonly job: string | undefined
  /** Changes each time that the unit is started; empty before the first time. */
  readonly invocation: string
  /** When it began to start, stopped being active, and was in another state for the last time; absent: never. */
  readonly inactiveExit: Instant | undefined
  readonly activeExit: Instant | undefined
  readonly change: Instant | undefined
}

/** Properties that are missing or of another type read as empty: so an older or newer systemd is no error. */
export function unitState(properties: ReadonlyMap<string, BusValue>): UnitState {
  const text = (name: string) => {
    const value = properties.get(name)
    return typeof value === 'string' ? value : ''
  }
  const time = (name: string): Instant | undefined => {
    const value = properties.get(name)
    return typeof value === 'bigint' && value > 0n ? instant(Number(value)) : undefined
  }
  const job = properties.get('Job')
  const [number, path] = Array.isArray(job) ? job : []
  const invocation = properties.get('InvocationID')
  return {
    id: text('Id'),
    load: text('LoadState'),
    active: text('ActiveState'),
    sub: text('SubState'),
    job: typeof path === 'string' && number !== 0 ? path : undefined,
    invocation: Buffer.isBuffer(invocation) ? invocation.toString('hex') : '',
    inactiveExit: time('InactiveExitTimestamp'),
    activeExit: time('ActiveExitTimestamp'),
    change: time('StateChangeTimestamp'),
  }
}

/** Whether it works, or is about to: `reloading` and `refreshing` are ways of working. */
export const isRunning = ({ active }: UnitState): boolean =>
  ['active', 'activating', 'reloading', 'refreshing'].includes(active)

/**
 * Whether the unit was stopped cleanly, or is just being stopped, and nobody is about to start it again. `job` is the
 * type of its job: a restart, too, passes through `inactive`, and a service that dies through `deactivating`. A unit
 * that cannot be loaded is not called stopped: whoever names it should hear what is wrong with it.
 */
export function isStopped(state: UnitState, job: string | undefined): boolean {
  if (state.load !== 'loaded') return false
  return job === undefined ? state.active === 'inactive' : job === 'stop'
}
