/** The formats of line times that are recognised, in the order in which they are tried. */

import { iso8601 } from './iso-8601.ts'
import { rfc3164 } from './rfc-3164.ts'
import type { TimeFormat } from './time-format.ts'

export const timeFormats: readonly TimeFormat[] = [iso8601, rfc3164]
