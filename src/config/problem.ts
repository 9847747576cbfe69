/** Mistakes of a rule file, as values: collected, never thrown. */

export type ProblemCode =
  /** The text is not YAML, or not text at all. */
  | 'syntax'
  | 'unknown-key'
  | 'missing-key'
  /** A value of another type than expected. */
  | 'wrong-type'
  /** A value of the right type that cannot be used. */
  | 'bad-value'
  | 'bad-duration'
  | 'bad-pattern'
  | 'bad-unit'
  | 'bad-name'
  | 'unknown-source'
  | 'unknown-placeholder'
  /** Keys that exclude or need each other. */
  | 'conflict'

export interface Location {
  readonly file: string
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 units. */
  readonly column: number
  /** How much of the line it concerns, in UTF-16 units; at least 1. */
  readonly length: number
}

export interface Problem {
  readonly code: ProblemCode
  /** "expected X, got Y", then what to do. */
  readonly message: string
  readonly location: Location
}
