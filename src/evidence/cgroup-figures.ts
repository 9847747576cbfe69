/** Figures of a control group as text. Pure. See the kernel's cgroup-v2. */

import { posix } from 'node:path'

/** Those that tell why a service is in trouble. */
export const figureFiles = [
  'memory.current',
  'memory.peak',
  'memory.high',
  'memory.max',
  'memory.swap.current',
  'memory.events',
  'memory.pressure',
  'cpu.stat',
  'cpu.pressure',
  'io.stat',
  'io.pressure',
  'pids.current',
  'pids.max',
  'pids.events',
  'cgroup.events',
] as const

const root = '/sys/fs/cgroup'

/** The folder of a unit's `ControlGroup`; undefined for one that does not run, or is no path below the root. */
export function groupFolder(controlGroup: string): string | undefined {
  const path = posix.join(root, controlGroup.trim())
  return controlGroup.startsWith('/') && path.startsWith(`${root}/`) && path !== `${root}/` ? path : undefined
}

/** A line for each file: `memory.events  low 0, high 12, max 0, oom 1`. */
export const figuresText = (figures: readonly (readonly [file: string, text: string])[]): string =>
  figures.map(([file, text]) => `${file.padEnd(nameWidth)}${text.trim().split('\n').join(', ')}`).join('\n')

const nameWidth = Math.max(...figureFiles.map(({ length }) => length)) + 2
