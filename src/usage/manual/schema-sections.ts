/** The keys that a JSON Schema describes, as sections of a manual page. Pure. */

import { type Block, bold, paragraph, plain, type Section, section } from './block.ts'

/** As much of JSON Schema as `z.toJSONSchema` writes of our files. */
export interface Schema {
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, Schema>>
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly minimum?: number
  readonly maximum?: number
}

/** Every key with its path, in which NAME is one of your own: a section for each key of the file, and for what several keys take. */
export function schemaSections(schema: Schema): readonly Section[] {
  const seen = new Map<string, string>()
  return [
    ...Object.entries(schema.properties ?? {}).map(([key, value]) =>
      section(key, ...keyItems({ path: key, schema: value, isRequired: requires(schema, key) }, seen)),
    ),
    ...Object.entries(schema.$defs ?? {}).map(([name, value]) =>
      section(
        nameOf(name),
        paragraph(plain(`One of: ${kindOf(value)}.`)),
        ...below(nameOf(name), value, seen),
      ),
    ),
  ]
}

interface Key {
  readonly path: string
  readonly schema: Schema
  readonly isRequired: boolean
}

/** The key itself, and all below it. `seen` has the paths of keys that are described, by what they have below them. */
function keyItems({ path, schema, isRequired }: Key, seen: Map<string, string>): readonly Block[] {
  const about = [schema.description, isRequired ? 'Required.' : undefined].filter(
    (text) => text !== undefined,
  )
  return [
    {
      kind: 'item',
      tag: [bold(path), plain(`: ${kindOf(schema)}`)],
      blocks: about.length === 0 ? [] : [paragraph(plain(about.join(' ')))],
    },
    ...below(path, schema, seen),
  ]
}

function below(path: string, schema: Schema, seen: Map<string, string>): readonly Block[] {
  const { properties, additionalProperties, items, anyOf = [] } = schema
  const blocks: Block[] = []
  if (properties !== undefined) {
    const text = JSON.stringify(properties)
    const place = seen.get(text)
    if (place !== undefined)
      return [paragraph(plain('Below it, the same keys as below '), bold(place), plain('.'))]
    seen.set(text, path)
    for (const [key, value] of Object.entries(properties))
      blocks.push(
        ...keyItems({ path: `${path}.${key}`, schema: value, isRequired: requires(schema, key) }, seen),
      )
  }
  if (typeof additionalProperties === 'object')
    blocks.push(...below(`${path}.NAME`, additionalProperties, seen))
  if (items !== undefined) blocks.push(...below(`${path}[]`, items, seen))
  for (const alternative of anyOf) blocks.push(...below(path, alternative, seen))
  return blocks
}

const requires = ({ required = [] }: Schema, key: string): boolean => required.includes(key)

/** In a word or a few: `list of text`. */
function kindOf(schema: Schema): string {
  const { type, items, anyOf, $ref, additionalProperties } = schema
  if ($ref !== undefined) return nameOf($ref)
  if (schema.const !== undefined) return String(schema.const)
  if (schema.enum !== undefined) return schema.enum.join(', ')
  if (anyOf !== undefined) return [...new Set(anyOf.map(kindOf))].join(', or ')
  if (Array.isArray(type)) return type.map((one) => kindOf({ type: one })).join(' or ')
  switch (type) {
    case 'string':
      return 'text'
    case 'integer':
      return `whole number${rangeOf(schema)}`
    case 'number':
      return `number${rangeOf(schema)}`
    case 'boolean':
      return 'true or false'
    case 'array':
      return `list of ${items === undefined ? 'anything' : kindOf(items)}`
    case 'object':
      return typeof additionalProperties === 'object' && schema.properties === undefined
        ? 'map of names'
        : 'map'
    default:
      return 'anything'
  }
}

/** Limits that no JSON number reaches are none. */
function rangeOf({ minimum, maximum }: Schema): string {
  const isLimit = (limit: number | undefined): limit is number =>
    limit !== undefined && Math.abs(limit) < Number.MAX_SAFE_INTEGER
  const [least, most] = [isLimit(minimum), isLimit(maximum)]
  return least && most
    ? ` from ${minimum} to ${maximum}`
    : least
      ? ` from ${minimum}`
      : most
        ? ` up to ${maximum}`
        : ''
}

/** `#/$defs/match` is called match. */
const nameOf = (reference: string): string => reference.split('/').at(-1) ?? reference
