/** What became of an entry for the journal. */

export type Written =
  | { readonly kind: 'written' }
  /** journald is busy, or is being restarted. */
  | { readonly kind: 'later'; readonly why: string }
  | { readonly kind: 'impossible'; readonly why: string }
