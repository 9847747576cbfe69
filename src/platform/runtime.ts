/**
 * How the runtime grows its heap and compiles: what runs beside the services it is for should take little memory, and may take its
 * time. The flags are V8's own and not its documented interface: the benchmarks see whether they still work.
 *
 * As soon as one is set V8 passes over what Node has compiled of its own modules beforehand: what is loaded later takes longer.
 */

import { setFlagsFromString } from 'node:v8'

/** V8's own number of bytes of bytecode that a function runs through before it may be optimized. */
const usualBudget = 67_584
const startBudget = 1_000_000
/** A command that takes no longer would be over before it gained by what it optimized. */
const startMilliseconds = 1_000

/**
 * From now on the heap is collected when a fifth has been added to it, instead of when it has doubled or more, and the
 * room for new objects grows later. Seen with 100 000 windows of 10 events: half the resident
 * memory, for a quarter more time.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=20')
  setFlagsFromString('--semi-space-growth-factor=1')
}

/** From now on the heap grows as it does without `keepHeapSmall`: for what makes much that soon is of no use. */
export function letHeapGrow(): void {
  setFlagsFromString('--heap-growing-percent=0')
  setFlagsFromString('--semi-space-growth-factor=2')
}

/**
 * For the first second only what is very hot is optimized: optimizing takes as much time as the rest of a short replay. Seen with
 * 5 million lines and 100 rules: a fifth less time.
 */
export function optimizeLate(): void {
  setFlagsFromString(`--interrupt-budget=${startBudget}`)
  setTimeout(optimizeAsUsual, startMilliseconds).unref()
}

export function optimizeAsUsual(): void {
  setFlagsFromString(`--interrupt-budget=${usualBudget}`)
}
