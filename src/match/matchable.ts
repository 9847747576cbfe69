/** What a match is tried on: the part of an event that the matching code may see. */

/** A journal field's value; a list when the entry carries the field more than once. */
export type FieldValue = string | readonly string[]

/** Fields by name. A map, because names come from outside and `__proto__` is one of them. */
export type Fields = ReadonlyMap<string, FieldValue>

export interface Matchable {
  /** The line, or the journal's MESSAGE, without its line end. */
  readonly text: string
  readonly fields: Fields
}
