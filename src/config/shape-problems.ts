/** What does not fit the schema, in words: the issues of zod as problems with their places. Pure. */

import type { z } from 'zod'
import { didYouMean } from './did-you-mean.ts'
import { durationWords } from './duration.ts'
import { expectedGot, Mistake, problemOf, quoted, unknownWord } from './mistake.ts'
import type { Location, Problem } from './problem.ts'
import type { Path, YamlText } from './yaml/read-yaml.ts'

type Issue = z.core.$ZodIssue

/** `issues` bear their input; their messages are what the schema expects. */
export const shapeProblems = (issues: readonly Issue[], yaml: YamlText): readonly Problem[] =>
  problemsOf(issues, [], yaml)

function problemsOf(issues: readonly Issue[], above: Path, yaml: YamlText): readonly Problem[] {
  const unknown = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => unknownKey(key, pathOf(issue, above), issue.message))
      : [],
  )
  // A misspelt key is one mistake: neither what is in it nor the key that it was meant to be is told of.
  const told = new Set(unknown.flatMap(({ key, meant }) => [idOf(key), idOf(meant)]))
  const others = issues.filter((issue) => issue.code !== 'unrecognized_keys')
  return [
    ...unknown.map(({ key, mistake }) => problemOf(mistake, yaml.keyAt(key))),
    ...others.flatMap((issue) => {
      const path = pathOf(issue, above)
      return path.some((_, index) => told.has(idOf(path.slice(0, index + 1))))
        ? []
        : problemsOfOne(issue, path, yaml)
    }),
  ]
}

function problemsOfOne(issue: Issue, path: Path, yaml: YamlText): readonly Problem[] {
  if (issue.input === undefined && issue.code !== 'custom') return [missingKey(issue, path, yaml)]
  switch (issue.code) {
    case 'invalid_union': {
      const meant = meantOption(issue.errors)
      return meant === undefined ? [wrongValue(issue, path, yaml)] : problemsOf(meant, path, yaml)
    }
    case 'invalid_key': {
      const [{ message } = issue] = issue.issues
      const mistake = new Mistake('bad-name', expectedGot(message, quoted(String(path.at(-1)))))
      return [problemOf(mistake, yaml.keyAt(path))]
    }
    case 'custom': {
      const mistake: unknown = issue.params?.['mistake']
      if (!(mistake instanceof Mistake)) throw new Error(`an issue without its mistake: ${issue.message}`)
      return [problemOf(mistake, placeOf(mistake, path, yaml))]
    }
    default:
      return [wrongValue(issue, path, yaml)]
  }
}

/** Alternatives differ in their type: the one that was meant is the one whose type is right. */
const meantOption = (options: readonly (readonly Issue[])[]): readonly Issue[] | undefined =>
  options.find((issues) => !issues.some((issue) => isTypeIssue(issue) && issue.path.length === 0))

const isTypeIssue = ({ code }: Issue): boolean => code === 'invalid_type' || code === 'invalid_union'

function unknownKey(key: string, path: Path, known: string) {
  const mistake = unknownWord('unknown-key', 'key', key, known.split(', '))
  return { key: [...path, key], meant: [...path, mistake.suggestion ?? key], mistake }
}

function missingKey(issue: Issue, path: Path, yaml: YamlText): Problem {
  const mistake = new Mistake(
    'missing-key',
    `missing key ${quoted(String(path.at(-1)))}: expected ${issue.message}`,
  )
  return problemOf(mistake, yaml.keyAt(path.slice(0, -1)))
}

function wrongValue(issue: Issue, path: Path, yaml: YamlText): Problem {
  const suggestion = suggestionFor(issue, yaml.sourceAt(path))
  const hint = suggestion === undefined ? hintFor(issue) : `did you mean ${suggestion}?`
  const code = isTypeIssue(issue) ? 'wrong-type' : 'bad-value'
  const mistake = new Mistake(code, expectedGot(issue.message, shown(issue.input), hint), { suggestion })
  return problemOf(mistake, yaml.valueAt(path))
}

/** What to write instead of `source`. */
function suggestionFor(issue: Issue, source: string): string | undefined {
  const { input, message } = issue
  if (issue.code === 'invalid_value')
    return typeof input === 'string' ? didYouMean(input, issue.values.map(String)) : undefined
  if (typeof input === 'number' && message === durationWords) return `${source}s`
  // A name of digits, or one such as `true`, that YAML took for something else.
  const takesText = expectsType(issue, 'string') && (typeof input === 'number' || typeof input === 'boolean')
  if (takesText) return `"${source}"`
  return typeof input === 'string' && expectsType(issue, 'int') && /^\d+$/.test(input) ? input : undefined
}

const hintFor = (issue: Issue): string | undefined =>
  expectsType(issue, 'array') && !Array.isArray(issue.input) && issue.input !== null
    ? 'begin each with "- "'
    : undefined

const expectsType = (issue: Issue, type: string): boolean =>
  issue.code === 'invalid_union'
    ? issue.errors.flat().some((inner) => expectsType(inner, type))
    : issue.code === 'invalid_type' && issue.expected === type

function shown(value: unknown): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object') return 'keys with values'
  return typeof value === 'string' ? quoted(value) : String(value)
}

/** A mistake of keys is at the key it is about, any other at the value. */
function placeOf({ code, part }: Mistake, path: Path, yaml: YamlText): Location {
  if (part !== undefined) return yaml.textAt(path, part)
  return code === 'conflict' || code === 'missing-key' ? yaml.keyAt(path) : yaml.valueAt(path)
}

const pathOf = ({ path }: Issue, above: Path): Path => [
  ...above,
  ...path.map((step) => (typeof step === 'symbol' ? String(step) : step)),
]

const idOf = (path: Path): string => JSON.stringify(path.map(String))
