/** A `match` of the rule file as plain data: which events count. Compiled by `compileMatch`. */

export type MatchSpec =
  /** The text contains `literal`. */
  | { readonly kind: 'contains'; readonly literal: string; readonly ignoreCase: boolean }
  /** The text matches `pattern` (RE2 syntax) anywhere; named groups are captured. */
  | { readonly kind: 'regex'; readonly pattern: string; readonly ignoreCase: boolean }
  /** One of the values of journal field `name` satisfies `test`. */
  | { readonly kind: 'field'; readonly name: string; readonly test: FieldTest }
  | { readonly kind: 'all'; readonly of: readonly MatchSpec[] }
  | { readonly kind: 'any'; readonly of: readonly MatchSpec[] }
  | { readonly kind: 'not'; readonly of: MatchSpec }

export type FieldTest =
  | { readonly kind: 'equals'; readonly anyOf: readonly string[]; readonly ignoreCase: boolean }
  | { readonly kind: 'contains'; readonly literal: string; readonly ignoreCase: boolean }
  | { readonly kind: 'regex'; readonly pattern: string; readonly ignoreCase: boolean }
