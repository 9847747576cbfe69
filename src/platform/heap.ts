/** How the runtime's heap grows: what runs beside the services it is for should take little memory, and may take its time. */

import { setFlagsFromString } from 'node:v8'

/**
 * From now on the heap is collected when a fifth has been added to it, instead of when it has doubled or more, and the
 * room for new objects grows later. Seen with 100 000 windows of 10 events: half the resident
 * memory, for a quarter more time; and of a short replay, a twelfth less where it is called before the program is compiled.
 * The flags are V8's own and not its documented interface: `npm run bench:engine` sees whether they still work.
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
