/**
 * How the runtime grows its heap and compiles: what runs beside the services it is for should take little memory, and may take its
 * time. The flags are V8's own and not its documented interface: the benchmarks see whether they still work.
 *
 * As soon as one is set V8 passes over what Node has compiled of its own modules beforehand: what is loaded later takes longer.
 */

import { setFlagsFromString } from 'node:v8'

const startMilliseconds = 1_000

/**
 * From now on the heap is collected when a fifth has been added to it, instead of when it has doubled or more, and the
 * room for new objects grows later. Seen with 100 000 windows of 10 events: half the resident
 * memory, for a quarter more time.
 *
 * That room is collected by one thread: there is so little in it that to wake others takes longer, and they are about
 * something else.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=20')
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--no-parallel-scavenge')
}

/** From now on the heap grows as it does without `keepHeapSmall`: for what makes much that soon is of no use. */
export function letHeapGrow(): void {
  setFlagsFromString('--heap-growing-percent=0')
  setFlagsFromString('--semi-space-growth-factor=2')
  setFlagsFromString('--parallel-scavenge')
}

/**
 * From now on nothing is optimized, for a second or until `optimizeAsUsual` is called: a short command would be over before it
 * gained by it.
 */
export function optimizeLate(): void {
  setFlagsFromString('--no-opt')
  setTimeout(optimizeAsUsual, startMilliseconds).unref()
}

export function optimizeAsUsual(): void {
  setFlagsFromString('--opt')
}
