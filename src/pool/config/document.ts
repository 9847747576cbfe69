/** The YAML text of a configuration → plain values, and the place of each. What the values mean is not known here. */

import { type Document, isMap, isNode, isPair, isScalar, LineCounter, parseDocument, visit } from 'yaml'
import { ConfigError, type Problem } from './problem.ts'

type Place = Pick<Problem, 'line' | 'column'>

export interface ConfigDocument {
  readonly value: unknown
  /** The place of the value, of its key when it has none or that is asked for, or of the nearest thing around it; none in an empty text. */
  placeOf(path: readonly PropertyKey[], part?: 'value' | 'key'): Place
}

/** Throws a `ConfigError` with all places where it is no YAML. `file` is for messages. */
export function readDocument(text: string, file: string | undefined): ConfigDocument {
  const lines = new LineCounter()
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const broken = document.errors.map(({ message, pos }) => ({ message, ...at(pos[0]) }))
  const problems =
    broken.length > 0
      ? broken
      : wrongAliases(document).map(({ message, offset }) => ({ message, ...at(offset) }))
  if (problems.length > 0) throw new ConfigError(file, problems)
  return {
    value: plainValue(document, file),
    placeOf: (path, part = 'value') =>
      document.contents === null ? {} : at(offsetOf(path, document.contents, part)),
  }
}

/** Throws a `ConfigError` for what cannot be made plain: aliases of aliases without end, or a merge of what is no map. */
function plainValue(document: Document, file: string | undefined): unknown {
  try {
    return document.toJS()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new ConfigError(file, [{ message, line: 1, column: 1 }])
  }
}

interface WrongAlias {
  readonly message: string
  /** From the beginning of the text, in characters. */
  readonly offset: number
}

/** Aliases that stand for nothing, or for themselves. */
function wrongAliases(document: Document): readonly WrongAlias[] {
  const found: WrongAlias[] = []
  visit(document, {
    Alias: (_, alias, around) => {
      const { source } = alias
      const offset = alias.range?.[0] ?? 0
      const target = alias.resolve(document)
      if (target === undefined) {
        const message = `the alias *${source} stands for nothing: expected &${source} at a value before it`
        found.push({ message, offset })
      } else if (around.includes(target)) {
        found.push({ message: `the alias *${source} is a part of what it stands for`, offset })
      }
    },
  })
  return found
}

function offsetOf(
  path: readonly PropertyKey[],
  contents: NonNullable<Document['contents']>,
  part: 'value' | 'key',
): number {
  let node: unknown = contents
  let offset = contents.range?.[0] ?? 0
  for (const key of path) {
    if (!isMap(node)) break
    const pair = node.items.find(
      (each) => isPair(each) && isScalar(each.key) && String(each.key.value) === String(key),
    )
    if (pair === undefined) break
    node = pair.value
    if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset
    if (isNode(node) && part === 'value') offset = node.range?.[0] ?? offset
  }
  return offset
}
