/** Colours of a terminal, or none. */

import picocolors from 'picocolors'

export type Colours = Pick<
  ReturnType<typeof picocolors.createColors>,
  'red' | 'yellow' | 'green' | 'bold' | 'dim' | 'cyan'
>

export const coloursFor = (enabled: boolean): Colours => picocolors.createColors(enabled)
