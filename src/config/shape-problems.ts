/** What is wrong with the shape of a rule file, in the words of our problems. Pure. */

import { z } from 'zod'
import { didYouMean } from './did-you-mean.ts'
import type { Problem, ProblemCode } from './problem.ts'
import { ruleFile } from './schema.ts'
import { type Path, valueIn, type YamlText } from './yaml-text.ts'

type Issue = z.core.$ZodIssue

export const shapeProblems = (issues: readonly Issue[], yaml: YamlText): readonly Problem[] =>
  issues.flatMap((issue) => problemsOf(issue, [], yaml))

function problemsOf(issue: Issue, above: Path, yaml: YamlText): readonly Problem[] {
  const path = [...above, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))]
  const here = yaml.valueAt(path)
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, path, yaml))
    case 'invalid_union': {
      // The alternatives differ in their type: the one meant is the one whose type is right.
      const meant = issue.errors.find(
        (errors) => !errors.some(({ code, path: at }) => code === 'invalid_type' && at.length === 0),
      )
      if (meant !== undefined) return meant.flatMap((inner) => problemsOf(inner, path, yaml))
      const kinds = issue.errors.flatMap((errors) =>
        errors.flatMap((inner) => ('expected' in inner ? [kindWords(String(inner.expected))] : [])),
      )
      return [typeProblem([...new Set(kinds)].join(' or '), path, yaml)]
    }
    case 'invalid_type':
      return [typeProblem(kindWords(issue.expected), path, yaml)]
    case 'invalid_value': {
      const values = issue.values.map(String)
      const got = valueIn(yaml.value, path)
      if (got === undefined) return [missing(path, yaml)]
      const message = `expected ${values.join(' or ')}, got ${shown(got)}${didYouMean(String(got), values)}`
      return [{ code: 'bad-value', message, location: here }]
    }
    case 'too_small':
      return [
        {
          code: 'bad-value',
          message: `expected ${sizeWords('at least', issue.minimum, issue.origin)}`,
          location: here,
        },
      ]
    case 'too_big':
      return [
        {
          code: 'bad-value',
          message: `expected ${sizeWords('at most', issue.maximum, issue.origin)}`,
          location: here,
        },
      ]
    case 'custom': {
      const code: unknown = issue.params?.['code']
      return [{ code: isCode(code) ? code : 'bad-value', message: issue.message, location: here }]
    }
    default:
      return [{ code: 'bad-value', message: issue.message, location: here }]
  }
}

export function unknownKey(key: string, path: Path, yaml: YamlText, known = keysAt(path)): Problem {
  const message = `unknown key "${key}"${didYouMean(key, known)}; expected ${known.join(', ')}`
  return { code: 'unknown-key', message, location: yaml.keyAt([...path, key]) }
}

function typeProblem(expected: string, path: Path, yaml: YamlText): Problem {
  const got = valueIn(yaml.value, path)
  if (got === undefined && path.length > 0) return missing(path, yaml)
  const location = yaml.valueAt(path)
  const message = `expected ${expected}, got ${shown(got)}`
  if (typeof got === 'number' && expected === 'a text') {
    return { code: 'wrong-type', message: `${message}; ${textHint(path, got)}`, location }
  }
  return { code: 'wrong-type', message, location }
}

/** A number where a text belongs is a span without its unit, or a name that YAML took for a number. */
const textHint = (path: Path, got: number): string =>
  ['within', 'cooldown', 'timeout'].includes(String(path.at(-1)))
    ? `did you mean ${got}s?`
    : `put it in quotes: "${got}"`

function missing(path: Path, yaml: YamlText): Problem {
  const key = String(path.at(-1))
  return {
    code: 'missing-key',
    message: `expected the key "${key}" here`,
    location: yaml.keyAt(path.slice(0, -1)),
  }
}

const customCodes: readonly ProblemCode[] = ['bad-duration', 'bad-pattern', 'bad-unit', 'bad-value']
const isCode = (code: unknown): code is ProblemCode => customCodes.some((known) => known === code)

const kindWords = (kind: string): string => kinds[kind] ?? `a ${kind}`
const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'keys with values',
  record: 'keys with values',
}

const sizeWords = (bound: string, size: number | bigint, origin: string): string =>
  origin === 'array' ? `${bound} ${size} ${Number(size) === 1 ? 'item' : 'items'}` : `${bound} ${size}`

function shown(value: unknown): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'keys with values'
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

/** The keys that the schema knows at a path. */
function keysAt(path: Path): readonly string[] {
  let at: unknown = ruleFile
  for (const step of path) at = stepInto(at, step)
  return Object.keys(objectOf(at)?.shape ?? {})
}

function stepInto(schema: unknown, step: string | number): unknown {
  const bare = unwrap(schema)
  if (bare instanceof z.ZodRecord) return bare.valueType
  if (bare instanceof z.ZodArray) return bare.element
  if (bare instanceof z.ZodUnion) {
    const fitting = bare.options
      .map(unwrap)
      .find((option) =>
        typeof step === 'number' ? option instanceof z.ZodArray : option instanceof z.ZodObject,
      )
    return fitting === undefined ? undefined : stepInto(fitting, step)
  }
  if (!(bare instanceof z.ZodObject)) return undefined
  return bare.shape[step] ?? bare.def.catchall
}

const objectOf = (schema: unknown): z.ZodObject | undefined => {
  const bare = unwrap(schema)
  if (bare instanceof z.ZodObject) return bare
  return bare instanceof z.ZodUnion
    ? bare.options.map(unwrap).find((option) => option instanceof z.ZodObject)
    : undefined
}

function unwrap(schema: unknown): unknown {
  if (schema instanceof z.ZodOptional) return unwrap(schema.unwrap())
  if (schema instanceof z.ZodLazy) return unwrap(schema.unwrap())
  return schema
}
