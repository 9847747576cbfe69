/** Texts with `{placeholders}`: parsed when the rules are loaded, filled when an action is performed. Pure. */

export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  /** `offset` and `length` are those of the placeholder with its braces, in UTF-16 units. */
  | { readonly kind: 'placeholder'; readonly name: string; readonly offset: number; readonly length: number }
  /** An opening brace that nothing closes. */
  | { readonly kind: 'stray'; readonly offset: number }

/** Every incident has a value for these; a key field of the same name is `{key.NAME}`. */
export const incidentPlaceholders = ['rule', 'target', 'count', 'first', 'last', 'time'] as const

/** An alert has a value for these; parts of the key are `{key.NAME}`. */
export const alertPlaceholders = [
  ...incidentPlaceholders,
  'alert',
  'attempts',
  'cause',
  'event',
  'host',
  'id',
  'since',
  'status',
  'text',
  'times',
] as const

/** The parts of `template`. `{{` and `}}` are braces; a closing brace alone is one, too. */
export function parseTemplate(template: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = []
  let end = 0
  for (const found of template.matchAll(/\{\{|\}\}|\{([^{}]*)\}|\{/g)) {
    if (found.index > end) parts.push({ kind: 'text', text: template.slice(end, found.index) })
    parts.push(partOf(found[0], found[1], found.index))
    end = found.index + found[0].length
  }
  if (end < template.length) parts.push({ kind: 'text', text: template.slice(end) })
  return parts
}

function partOf(whole: string, name: string | undefined, offset: number): TemplatePart {
  if (name !== undefined) return { kind: 'placeholder', name, offset, length: whole.length }
  return whole === '{' ? { kind: 'stray', offset } : { kind: 'text', text: whole.charAt(0) }
}

/** `template` with its placeholders replaced by `values`, which are not looked into; one without a value is empty. */
export const expandTemplate = (template: string, values: ReadonlyMap<string, string>): string =>
  parseTemplate(template)
    .map((part) => textOf(part, values))
    .join('')

function textOf(part: TemplatePart, values: ReadonlyMap<string, string>): string {
  switch (part.kind) {
    case 'text':
      return part.text
    case 'placeholder':
      return values.get(part.name) ?? ''
    case 'stray':
      return '{'
  }
}
