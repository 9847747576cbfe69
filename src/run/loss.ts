/** Which notices of a source mean that events may be missing. Pure. */

import type { SourceNotice } from '../sources/source.ts'

export const isLoss = ({ kind }: SourceNotice): boolean =>
  kind === 'gap' || kind === 'damaged' || kind === 'unavailable'
