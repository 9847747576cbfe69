/** A rule file's text as plain data with the place of every part of it. Pure. */

import type { Extent } from '../mistake.ts'
import type { Location, Problem } from '../problem.ts'
import { decode } from './decode.ts'
import { type Part, partsOf, type Range } from './parts.ts'
import { type Locate, locator } from './places.ts'
import { parseSyntax } from './syntax.ts'

/** Keys and indexes from the top to a part of the file. */
export type Path = readonly (string | number)[]

export interface YamlResult {
  /** What could be read; absent where that is nothing. */
  readonly yaml?: YamlText
  readonly problems: readonly Problem[]
}

/** `file` is the name by which problems call it. */
export function readYaml(input: string | Uint8Array, file: string): YamlResult {
  const decoded = decode(input)
  const locate = locator(decoded.text, file)
  if (!decoded.ok) {
    const { code, message, offset } = decoded
    return { problems: [{ code, message, location: locate(offset, offset + 1) }] }
  }
  const { document, problems } = parseSyntax(decoded.text, locate)
  if (document === undefined) return { problems }
  const parts = partsOf(document.contents, locate)
  return { yaml: new YamlText(decoded.text, parts.root, locate), problems: [...problems, ...parts.problems] }
}

export class YamlText {
  readonly #text: string
  readonly #root: Part
  readonly #locate: Locate

  constructor(text: string, root: Part, locate: Locate) {
    this.#text = text
    this.#root = root
    this.#locate = locate
  }

  get value(): unknown {
    return this.#root.value
  }

  /** The place of the value at `path`, of its key when it has none, or of the nearest part around it that is there. */
  valueAt(path: Path): Location {
    const { key, part } = this.#find(path)
    return this.#locate(...(isEmpty(part.range) && key !== undefined ? key : part.range))
  }

  /** The place of the last key of `path`; that of the value in a list. */
  keyAt(path: Path): Location {
    const { key, part } = this.#find(path)
    return this.#locate(...(key ?? part.range))
  }

  /** The place of part of the text at `path`; that of all of it, where it is not written as it is. */
  textAt(path: Path, { offset, length }: Extent): Location {
    const { value, range } = this.#find(path).part
    const start = typeof value === 'string' ? this.#startOf(value, range) : undefined
    if (start === undefined) return this.valueAt(path)
    return this.#locate(start + offset, start + offset + length)
  }

  /** What stands in the file for the value at `path`. */
  sourceAt(path: Path): string {
    return this.#text.slice(...this.#find(path).part.range)
  }

  /** The keys of the map at `path`, in the order of the file; none where there is no map. */
  keysAt(path: Path): readonly string[] {
    const { part, isWhole } = this.#find(path)
    return isWhole && !Array.isArray(part.value) ? [...part.children.keys()] : []
  }

  #find(path: Path): { key: Range | undefined; part: Part; isWhole: boolean } {
    let part = this.#root
    let key: Range | undefined
    for (const step of path) {
      const child = part.children.get(String(step))
      if (child === undefined) return { key, part, isWhole: false }
      part = child.part
      key = child.key
    }
    return { key, part, isWhole: true }
  }

  #startOf(value: string, [from, to]: Range): number | undefined {
    const source = this.#text.slice(from, to)
    if (source === value) return from
    return source.slice(1, -1) === value ? from + 1 : undefined
  }
}

const isEmpty = ([from, to]: Range): boolean => from === to
