/** Faults on demand, for tests and demonstrations: what happens on the paths that the configuration names for them. */

import { exitStatus } from '../exit-status.ts'
import { endWith } from '../manager-link.ts'
import type { Faults } from '../settings.ts'

const leaked: Uint8Array[] = []

/** The answer on a path with a fault, if the fault leaves one to be given. */
export function faultOf(path: string, faults: Faults): Response | undefined {
  if (path === faults.crashPath) endWith(exitStatus.failed, 'fault on demand: crash')
  if (path === faults.hangPath) stall(Number.POSITIVE_INFINITY)
  if (path !== faults.leakPath) return undefined
  leaked.push(new Uint8Array(8 << 20).fill(1))
  return new Response(`leaked ${8 * leaked.length} MiB\n`)
}

/** Blocks the event loop. */
export function stall(milliseconds: number): void {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}
