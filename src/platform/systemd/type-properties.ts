/** What we read of the interface that belongs to a unit's type: how it ended, where its processes are, how long it may take. */

import type { BusValue } from '../bus/message.ts'
import type { Systemd } from './systemd.ts'
import { unitPath } from './unit-path.ts'

export interface TypeProperties {
  /** Why the unit failed: `exit-code`, `timeout`, `start-limit-hit` …; `success`, or empty where it is not known. */
  readonly result: string
  /** Path of its control group below the root; empty while it does not run, or where it is not known. */
  readonly controlGroup: string
  /** How long a job that stops and starts the unit may take until systemd itself ends it. */
  readonly jobTimeoutMs: number
}

/** For a time limit that is infinite or not known. */
const otherwiseMs = 5 * 60_000

/** Never fails: what cannot be read is as if it were not set. */
export async function readTypeProperties(systemd: Systemd, unit: string): Promise<TypeProperties> {
  const type = unit.slice(unit.lastIndexOf('.') + 1)
  const interfaceName = `org.freedesktop.systemd1.${type.charAt(0).toUpperCase()}${type.slice(1)}`
  const reply = await systemd.properties(unitPath(unit), interfaceName)
  const [properties] = reply.kind === 'reply' ? reply.body : []
  return typeProperties(properties instanceof Map ? properties : new Map())
}

/** Stopping may take its time limit twice: for `ExecStop=` or SIGTERM, and again after SIGKILL. */
export function typeProperties(properties: ReadonlyMap<string, BusValue>): TypeProperties {
  const result = properties.get('Result')
  const controlGroup = properties.get('ControlGroup')
  const [both, start, stop] = ['TimeoutUSec', 'TimeoutStartUSec', 'TimeoutStopUSec'].map((name) =>
    finiteMs(properties.get(name)),
  )
  return {
    result: typeof result === 'string' ? result : '',
    controlGroup: typeof controlGroup === 'string' ? controlGroup : '',
    jobTimeoutMs: (start ?? both ?? otherwiseMs) + 2 * (stop ?? both ?? otherwiseMs),
  }
}

const finiteMs = (value: BusValue | undefined): number | undefined =>
  typeof value === 'bigint' && value < 2n ** 63n ? Number(value / 1_000n) : undefined
