/** Colours of a terminal, or none. */

import picocolors from 'picocolors'

export type Colours = Pick<
  ReturnType<typeof picocolors.createColors>,
  'red' | 'yellow' | 'green' | 'bold' | 'dim' | 'cyan'
>

/** `enabled` is undefined for a stream that is no terminal; picocolors would guess then, and see one in CI. */
export const coloursFor = (enabled: boolean | undefined): Colours => picocolors.createColors(enabled === true)
