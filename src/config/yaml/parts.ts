/**
 * The nodes of a YAML document as plain data that knows its places. What YAML allows and a rule file must not have,
 * because it means something else than it seems to say, is told of and left out. Pure.
 */

import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type ParsedNode,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import { isFieldName } from '../field-name.ts'
import { expectedGot, quoted } from '../mistake.ts'
import type { Problem, ProblemCode } from '../problem.ts'
import type { Locate } from './places.ts'
import { deepest } from './syntax.ts'

/** Parts that all aliases together may repeat: a few lines of them can otherwise mean more than any memory holds. */
const mostRepeated = 100_000

/** From one offset in the text up to another. */
export type Range = readonly [from: number, to: number]

/** A value of the file with its place. */
export interface Part {
  readonly value: unknown
  readonly range: Range
  /** Of a map by key, of a list by index. */
  readonly children: ReadonlyMap<string, Child>
  /** Itself and all parts in it, as often as aliases repeat them. */
  readonly size: number
  /** Levels of it. */
  readonly depth: number
}

export interface Child {
  /** Place of the key; absent in a list. */
  readonly key?: Range
  readonly part: Part
}

export interface Parts {
  readonly root: Part
  readonly problems: readonly Problem[]
}

export function partsOf(root: ParsedNode | null, locate: Locate): Parts {
  const conversion = new Conversion(locate)
  return { root: conversion.part(root), problems: conversion.problems }
}

class Conversion {
  readonly problems: Problem[] = []
  readonly #locate: Locate
  readonly #anchors = new Map<string, Part | 'unfinished'>()
  #repeated = 0

  constructor(locate: Locate) {
    this.#locate = locate
  }

  part(node: ParsedNode | null): Part {
    if (node === null) return leaf(null, [0, 0])
    if (isAlias(node)) return this.#target(node)
    const { anchor } = node
    if (anchor !== undefined) this.#anchors.set(anchor, 'unfinished')
    const part = isMap(node)
      ? this.#map(node)
      : isSeq(node)
        ? this.#list(node)
        : leaf(node.value, rangeOf(node))
    if (anchor !== undefined) this.#anchors.set(anchor, part)
    return part
  }

  #map(map: YAMLMap.Parsed): Part {
    const children = new Map<string, Child>()
    const value: Record<string, unknown> = {}
    for (const { key, value: inner } of map.items) {
      const name = isScalar(key) ? String(key.value) : ''
      const part = this.part(inner)
      if (!this.#isUsableKey(name, rangeOf(key), children)) continue
      if (isFieldName(name)) this.#checkNumbers(inner)
      children.set(name, { key: rangeOf(key), part })
      value[name] = part.value
    }
    return this.#collection(value, rangeOf(map), children)
  }

  #list(list: YAMLSeq.Parsed): Part {
    const parts = list.items.map((item) => this.part(item))
    const children = new Map(parts.map((part, index) => [String(index), { part }]))
    return this.#collection(
      parts.map(({ value }) => value),
      rangeOf(list),
      children,
    )
  }

  #collection(value: unknown, range: Range, children: ReadonlyMap<string, Child>): Part {
    let size = 1
    let depth = 0
    for (const { part } of children.values()) {
      size += part.size
      depth = Math.max(depth, part.depth)
    }
    if (depth < deepest) return { value, range, children, size, depth: depth + 1 }
    this.#problem(
      'too-large',
      expectedGot(`at most ${deepest} levels`, 'more by aliases', 'write the rules out'),
      range,
    )
    return leaf(null, range)
  }

  #target(alias: Alias.Parsed): Part {
    const range = rangeOf(alias)
    const target = this.#anchors.get(alias.source)
    if (target === undefined) {
      const hint = 'put it in quotes if it is a text'
      this.#problem(
        'syntax',
        expectedGot(`"&${alias.source}" somewhere before it`, 'an alias of nothing', hint),
        range,
      )
    } else if (target === 'unfinished') {
      this.#problem(
        'syntax',
        expectedGot('an alias of something else', 'one of what it is in', 'write it out'),
        range,
      )
    } else if (this.#repeated + target.size > mostRepeated) {
      const hint = 'write the rules out'
      this.#problem(
        'too-large',
        expectedGot(`aliases for at most ${mostRepeated} values`, 'more', hint),
        range,
      )
    } else {
      this.#repeated += target.size
      return target
    }
    return leaf(null, range)
  }

  #isUsableKey(name: string, key: Range, before: ReadonlyMap<string, Child>): boolean {
    const first = before.get(name)?.key
    if (first !== undefined) {
      const { line } = this.#locate(...first)
      this.#problem(
        'duplicate-key',
        expectedGot('each key once', `${quoted(name)} again, first on line ${line}`),
        key,
      )
      return false
    }
    if (name === '__proto__' || name === '<<') {
      const hint = name === '<<' ? 'keys are not merged; write them out' : 'no name may be this'
      this.#problem('unknown-key', `unknown key ${quoted(name)}: ${hint}`, key)
      return false
    }
    return true
  }

  /** Values of journal fields are texts: a number must be the text that it is written as. */
  #checkNumbers(node: ParsedNode | null): void {
    if (isSeq(node)) for (const item of node.items) this.#checkNumbers(item)
    else if (isScalar(node) && typeof node.value === 'number' && node.source !== String(node.value)) {
      const hint = `put it in quotes: "${node.source}"`
      this.#problem(
        'bad-value',
        expectedGot('a text', `${node.source}, which YAML takes for ${node.value}`, hint),
        rangeOf(node),
      )
    }
  }

  #problem(code: ProblemCode, message: string, range: Range): void {
    this.problems.push({ code, message, location: this.#locate(...range) })
  }
}

const none: ReadonlyMap<string, Child> = new Map()

const leaf = (value: unknown, range: Range): Part => ({ value, range, children: none, size: 1, depth: 0 })

const rangeOf = ({ range: [from, to] }: ParsedNode | Scalar.Parsed): Range => [from, to]
