/** Something that is right and surely not meant. */

import type { Path } from '../yaml/read-yaml.ts'

export interface Warning {
  readonly message: string
  /** Keys from the top of the file to what it is about. */
  readonly path: Path
}
