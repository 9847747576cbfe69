/** Texts with `{placeholders}`: parsed when the rules are loaded, filled when an action is performed. Pure. */

export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  /** `offset` is that of the brace, in UTF-16 units. */
  | { readonly kind: 'placeholder'; readonly name: string; readonly offset: number }

/** The parts of `template`. `{{` and `}}` are braces; a brace without its partner is text. */
export function parseTemplate(template: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = []
  const pattern = /\{\{|\}\}|\{([^{}]*)\}/g
  let end = 0
  for (const found of template.matchAll(pattern)) {
    if (found.index > end) parts.push({ kind: 'text', text: template.slice(end, found.index) })
    const [whole, name] = found
    parts.push(
      name === undefined
        ? { kind: 'text', text: whole.charAt(0) }
        : { kind: 'placeholder', name, offset: found.index },
    )
    end = found.index + whole.length
  }
  if (end < template.length) parts.push({ kind: 'text', text: template.slice(end) })
  return parts
}

/** `template` with its placeholders replaced by `values`; one without a value becomes empty. */
export const expandTemplate = (template: string, values: ReadonlyMap<string, string>): string =>
  parseTemplate(template)
    .map((part) => (part.kind === 'text' ? part.text : (values.get(part.name) ?? '')))
    .join('')
