/** Configuration text and command-line options → a checked configuration, or all its problems with their places. */

import type { z } from 'zod'
import { contradictions } from './contradictions.ts'
import { readDocument } from './document.ts'
import { ConfigError, nearest, type Problem } from './problem.ts'
import { expected, type PoolConfig, poolSchema } from './schema.ts'

/** Options of the command line, by the keys of the file, whose values they replace. */
export type Overrides = Readonly<Record<string, unknown>>

type PlaceOf = (path: readonly PropertyKey[], part?: 'value' | 'key') => Pick<Problem, 'line' | 'column'>

/** Throws a `ConfigError` with everything that is wrong. `file` is for messages; without text the overrides are all. */
export function parseConfig(text: string, file: string | undefined, overrides: Overrides): PoolConfig {
  const document = readDocument(text, file)
  const given = document.value ?? {}
  if (typeof given !== 'object' || Array.isArray(given)) {
    throw new ConfigError(file, [
      { message: 'expected keys and values, like "workers: 4"', line: 1, column: 1 },
    ])
  }
  // An option has no place.
  const placeOf: PlaceOf = (path, part) =>
    Object.hasOwn(overrides, path[0] ?? '') ? {} : document.placeOf(path, part)
  const merged: Record<string, unknown> = { ...given, ...overrides }
  const parsed = poolSchema.safeParse(merged)
  const problems = parsed.success
    ? contradictions(parsed.data).map(({ path, message }) => ({ message, ...placeOf(path) }))
    : parsed.error.issues.flatMap((issue) => problemsOf(issue, merged, placeOf))
  if (parsed.success && problems.length === 0) return parsed.data
  throw new ConfigError(
    file,
    problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)),
  )
}

function problemsOf(
  issue: z.core.$ZodIssue,
  given: Readonly<Record<string, unknown>>,
  placeOf: PlaceOf,
): Problem[] {
  if (issue.code === 'unrecognized_keys' && issue.path.length === 0) {
    return issue.keys.map((key) => {
      const meant = nearest(key, Object.keys(expected))
      const hint = meant === undefined ? '' : `; did you mean ${meant}?`
      return { message: `unknown key ${key}${hint}`, ...placeOf([key], 'key') }
    })
  }
  const [key] = issue.path
  const value = valueAt(given, issue.path)
  const message =
    value === undefined
      ? `${issue.path.join('.')} is missing: expected ${expected[String(key)]}`
      : `${issue.path.join('.')}: expected ${expected[String(key)]}, got ${inWords(value)}`
  return [{ message, ...placeOf(issue.path) }]
}

/** JSON has no word for some numbers. */
const inWords = (value: unknown): string =>
  typeof value === 'number' ? String(value) : JSON.stringify(value)

const valueAt = (given: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    given,
  )
