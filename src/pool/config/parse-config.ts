/** Configuration text and command-line options → a checked configuration, or all its problems with their places. */

import { type Document, isMap, isNode, isPair, isScalar, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { ConfigError, nearest, type Problem } from './problem.ts'
import { expected, type PoolConfig, poolSchema } from './schema.ts'

/** Options of the command line, by the keys of the file, whose values they replace. */
export type Overrides = Readonly<Record<string, unknown>>

/** Throws a `ConfigError` with everything that is wrong. `file` is for messages; without text the overrides are all. */
export function parseConfig(text: string, file: string | undefined, overrides: Overrides): PoolConfig {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const broken = document.errors.map(({ message, pos }) => {
    const { line, col } = lines.linePos(pos[0])
    return { message, line, column: col }
  })
  if (broken.length > 0) throw new ConfigError(file, broken)

  const given: unknown = document.toJS() ?? {}
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new ConfigError(file, [
      { message: 'expected keys and values, like "workers: 4"', line: 1, column: 1 },
    ])
  }
  const merged: Record<string, unknown> = { ...given, ...overrides }
  const parsed = poolSchema.safeParse(merged)
  if (parsed.success) {
    const problem = consistency(parsed.data)
    if (problem === undefined) return parsed.data
    throw new ConfigError(file, [
      { message: problem.message, ...placeOf([problem.key], document, lines, overrides) },
    ])
  }
  const problems = parsed.error.issues.flatMap((issue) =>
    problemsOf(issue, merged, document, lines, overrides),
  )
  throw new ConfigError(
    file,
    problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)),
  )
}

/** What no single key is to blame for. */
function consistency({
  workers,
  dispatch,
}: PoolConfig): { readonly key: string; readonly message: string } | undefined {
  if (typeof workers === 'object' && workers.mode === 'ondemand' && dispatch === 'shared') {
    return {
      key: 'dispatch',
      message:
        'dispatch: expected idle with workers of mode ondemand, got shared: nobody would accept the first request',
    }
  }
  return undefined
}

function problemsOf(
  issue: z.core.$ZodIssue,
  given: Readonly<Record<string, unknown>>,
  document: Document,
  lines: LineCounter,
  overrides: Overrides,
): Problem[] {
  if (issue.code === 'unrecognized_keys' && issue.path.length === 0) {
    return issue.keys.map((key) => {
      const meant = nearest(key, Object.keys(expected))
      const hint = meant === undefined ? '' : `; did you mean ${meant}?`
      return { message: `unknown key ${key}${hint}`, ...placeOf([key], document, lines, overrides, 'key') }
    })
  }
  const [key] = issue.path
  const value = valueAt(given, issue.path)
  const message =
    value === undefined
      ? `${issue.path.join('.')} is missing: expected ${expected[String(key)]}`
      : `${issue.path.join('.')}: expected ${expected[String(key)]}, got ${JSON.stringify(value)}`
  return [{ message, ...placeOf(issue.path, document, lines, overrides) }]
}

const valueAt = (given: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    given,
  )

/** The place of the value, of its key when it has none or that is asked for, or of the nearest thing around it; nothing for an option. */
function placeOf(
  path: readonly PropertyKey[],
  document: Document,
  lines: LineCounter,
  overrides: Overrides,
  part: 'value' | 'key' = 'value',
): Pick<Problem, 'line' | 'column'> {
  if (document.contents === null || Object.hasOwn(overrides, path[0] ?? '')) return {}
  let node: unknown = document.contents
  let offset = document.contents.range?.[0] ?? 0
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
  const { line, col } = lines.linePos(offset)
  return { line, column: col }
}
