/** What an installation does, as data: it can be shown before it is done. */

export type Step =
  /** Text that is ours alone: whatever is there is replaced. */
  | { readonly kind: 'put'; readonly path: string; readonly text: string; readonly what: string }
  /** Somebody else's from the moment that it is there. */
  | { readonly kind: 'give'; readonly path: string; readonly text: string; readonly what: string }
  /** A file, or a directory with all that is in it; its own directory, too, when nothing is left there and it bears our name. */
  | { readonly kind: 'remove'; readonly path: string; readonly what: string }
  | { readonly kind: 'run'; readonly argv: readonly string[] }
  | { readonly kind: 'say'; readonly text: string }
