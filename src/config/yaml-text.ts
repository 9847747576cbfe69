/** YAML text as plain data with the place of every part of it. Pure. */

import { isMap, isScalar, type Node, parseDocument, type YAMLError } from 'yaml'
import type { Location, Problem } from './problem.ts'

/** Keys and indexes from the top to a part of the file. */
export type Path = readonly (string | number)[]

export interface YamlText {
  readonly value: unknown
  /** The place of the value at `path`, or of the nearest part around it that is there. */
  valueAt(path: Path): Location
  /** The place of the last key of `path`. */
  keyAt(path: Path): Location
}

/** Largest rule file, in bytes. */
export const sizeLimit = 4 * 1024 * 1024

export type YamlResult =
  | { readonly ok: true; readonly yaml: YamlText }
  | { readonly ok: false; readonly problems: readonly Problem[] }

export function readYaml(input: string | Uint8Array, file: string): YamlResult {
  const start: Location = { file, line: 1, column: 1, length: 1 }
  const wrong = (message: string): YamlResult => ({
    ok: false,
    problems: [{ code: 'syntax', message, location: start }],
  })
  if (input.length > sizeLimit) return wrong('expected at most 4 MiB of rules; split the file')
  const text = typeof input === 'string' ? input : decode(input)
  if (typeof text !== 'string')
    return wrong(
      `expected UTF-8, got byte 0x${text.byte.toString(16)} at offset ${text.offset}; save the file as UTF-8`,
    )
  if (text.includes('\0')) return wrong('expected text, got a NUL byte; is this a rule file?')
  const lines = lineStarts(text)
  const document = parseDocument(text, {
    prettyErrors: false,
    uniqueKeys: true,
    merge: false,
  })
  const at = ([from, to]: readonly [number, number]): Location => locate(file, lines, text, from, to)
  if (document.errors.length > 0) {
    return {
      ok: false,
      problems: withoutSequels(document.errors).map(({ message, pos }) => ({
        code: 'syntax',
        message: plain(message),
        location: at(pos),
      })),
    }
  }
  try {
    return {
      ok: true,
      yaml: { value: document.toJS({ maxAliasCount: 100 }), ...places(document.contents, at, start) },
    }
  } catch (error) {
    return wrong(`expected plain YAML, got ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** After a token where none may stand, what follows is misread, and every further error is one of the reader. */
function withoutSequels(errors: readonly YAMLError[]): readonly YAMLError[] {
  const stray = errors.findIndex(({ code }) => code === 'UNEXPECTED_TOKEN')
  return stray < 0 ? errors : errors.slice(0, stray + 1)
}

/** Offsets at which the lines begin. */
const lineStarts = (text: string): readonly number[] => [
  0,
  ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1),
]

function places(root: unknown, at: (range: readonly [number, number]) => Location, start: Location) {
  const descend = (path: Path): { node: Node | undefined; key: Node | undefined } => {
    let node: unknown = root
    let key: unknown
    for (const step of path) {
      const [nextKey, next] = child(node, step)
      if (next === undefined && nextKey === undefined) break
      key = nextKey
      if (next === null || next === undefined) break
      node = next
    }
    return { node: asNode(node), key: asNode(key) }
  }
  return {
    valueAt(path: Path): Location {
      const { node, key } = descend(path)
      return rangeOf(node, at) ?? rangeOf(key, at) ?? start
    },
    keyAt(path: Path): Location {
      const { node, key } = descend(path)
      return rangeOf(key, at) ?? rangeOf(node, at) ?? start
    },
  }
}

/** The key's and the value's node of one step down. */
function child(node: unknown, step: string | number): readonly [unknown, unknown] {
  if (isMap(node)) {
    const pair = node.items.find(
      ({ key }) => (isScalar(key) ? String(key.value) : String(key)) === String(step),
    )
    return pair === undefined ? [undefined, undefined] : [pair.key, pair.value]
  }
  const items = node !== null && typeof node === 'object' && 'items' in node ? node.items : undefined
  return [undefined, Array.isArray(items) ? items[Number(step)] : undefined]
}

const asNode = (node: unknown): Node | undefined =>
  node !== null && typeof node === 'object' && 'range' in node ? (node as Node) : undefined

const rangeOf = (
  node: Node | undefined,
  at: (range: readonly [number, number]) => Location,
): Location | undefined => (node?.range ? at([node.range[0], node.range[1]]) : undefined)

function locate(file: string, lines: readonly number[], text: string, from: number, to: number): Location {
  const line = lines.findLastIndex((start) => start <= from)
  const lineEnd = text.indexOf('\n', from)
  const end = Math.min(to, lineEnd < 0 ? text.length : lineEnd)
  return {
    file,
    line: line + 1,
    column: Math.min(from, text.length) - (lines[line] ?? 0) + 1,
    length: Math.max(1, end - from),
  }
}

/** Where the bytes are no UTF-8: the first of those that are not. */
function decode(bytes: Uint8Array): string | { readonly byte: number; readonly offset: number } {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    let valid = 0
    for (let length = bytes.length; length > 0; length = length >> 1) {
      while (valid + length <= bytes.length && isUtf8(bytes.subarray(0, valid + length))) valid += length
    }
    return { byte: bytes[valid] ?? 0, offset: valid }
  }
}

/** A prefix may end within a character. */
function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}

const plain = (message: string): string => message.replace(/\s+at line \d+, column \d+:?[\s\S]*$/, '')

/** The part of plain data at `path`; undefined where there is none. */
export const valueIn = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (inner, step) =>
      inner !== null && typeof inner === 'object' && Object.hasOwn(inner, step)
        ? Reflect.get(inner, step)
        : undefined,
    value,
  )
