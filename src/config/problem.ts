/** Mistakes of a rule file, as values: collected, never thrown. */

export type ProblemCode =
  /** The text is not YAML. */
  | 'syntax'
  /** The bytes are not UTF-8, or the text has characters that no text has. */
  | 'not-text'
  /** Larger, deeper or more repetitive than any rule file. */
  | 'too-large'
  | 'duplicate-key'
  | 'unknown-key'
  | 'missing-key'
  /** Keys that exclude or need each other. */
  | 'conflict'
  /** A value of another type than expected. */
  | 'wrong-type'
  /** A value of the right type that cannot be used. */
  | 'bad-value'
  /** A name that a rule, a source or a journal field cannot have. */
  | 'bad-name'
  | 'bad-duration'
  | 'bad-path'
  | 'bad-pattern'
  | 'bad-unit'
  /** A unit that takes the machine down with it. */
  | 'not-allowed'
  /** A brace of a template without its partner. */
  | 'bad-template'
  | 'unknown-source'
  | 'unknown-rule'
  | 'unknown-alert'
  /** A key of `group_by` that no event bears. */
  | 'unknown-field'
  | 'unknown-placeholder'

export interface Location {
  readonly file: string
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 units; a byte order mark is not counted. */
  readonly column: number
  /** How much of the line it concerns, in UTF-16 units; at least 1. */
  readonly length: number
}

export interface Problem {
  readonly code: ProblemCode
  /** "expected X, got Y", then what to do. */
  readonly message: string
  /** What was probably meant, to be put in place of what is there. */
  readonly suggestion?: string
  readonly location: Location
}
