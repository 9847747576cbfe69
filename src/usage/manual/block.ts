/** What manual pages are made of, whatever it was written in. */

export interface Span {
  readonly text: string
  readonly style: 'plain' | 'bold' | 'italic'
}

export type Block =
  | { readonly kind: 'paragraph'; readonly spans: readonly Span[] }
  /** Lines as they stand: examples. */
  | { readonly kind: 'verbatim'; readonly lines: readonly string[] }
  /** A term, or a bullet, and what there is to say of it. */
  | { readonly kind: 'item'; readonly tag: readonly Span[]; readonly blocks: readonly Block[] }
  | { readonly kind: 'table'; readonly header: readonly Cell[]; readonly rows: readonly (readonly Cell[])[] }

export type Cell = readonly Span[]

export interface Section {
  readonly title: string
  readonly blocks: readonly Block[]
  readonly sections: readonly Section[]
}

export const plain = (text: string): Span => ({ text, style: 'plain' })
export const bold = (text: string): Span => ({ text, style: 'bold' })
export const italic = (text: string): Span => ({ text, style: 'italic' })

export const paragraph = (...spans: readonly Span[]): Block => ({ kind: 'paragraph', spans })

export const section = (title: string, ...blocks: readonly Block[]): Section => ({
  title,
  blocks,
  sections: [],
})
