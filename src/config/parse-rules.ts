/** Rule text in, a checked ruleset or all its problems out. Pure: reading the file is the caller's. */

import type { z } from 'zod'
import { buildRuleset } from './build.ts'
import type { Problem } from './problem.ts'
import type { Ruleset } from './ruleset.ts'
import { type RuleFileText, ruleFile } from './schema.ts'
import { shapeProblems } from './shape-problems.ts'
import { readYaml } from './yaml-text.ts'

export type RulesResult =
  | { readonly ok: true; readonly ruleset: Ruleset }
  /** By their place in the file; never empty. */
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** `file` is the name by which problems call it. */
export function parseRules(text: string | Uint8Array, file: string): RulesResult {
  const read = readYaml(text, file)
  if (!read.ok) return { ok: false, problems: sorted(read.problems) }
  const { yaml } = read
  if (yaml.value === null || yaml.value === undefined) {
    const message = 'expected rules, got an empty file; start with "version: 1"'
    return { ok: false, problems: [{ code: 'missing-key', message, location: yaml.valueAt([]) }] }
  }
  const shape = ruleFile.safeParse(yaml.value)
  const issues = shape.error?.issues ?? []
  const { ruleset, problems } = buildRuleset(shape.data ?? withoutWrongParts(yaml.value, issues), yaml)
  const all = [...shapeProblems(issues, yaml), ...problems]
  return all.length === 0 ? { ok: true, ruleset } : { ok: false, problems: sorted(all) }
}

/**
 * What is right in itself, so that what the parts say of each other is checked, too: wrong sources are left out, and in a
 * wrong rule something harmless stands for each wrong key.
 */
function withoutWrongParts(value: unknown, issues: readonly z.core.$ZodIssue[]): RuleFileText {
  const wrong = new Set(issues.flatMap(wrongPlaces))
  const named = (part: 'sources' | 'rules'): readonly [string, unknown][] =>
    isObject(value) && isObject(value[part]) && !wrong.has(part) ? Object.entries(value[part]) : []
  const sources = named('sources').filter(([name]) => !wrong.has(`sources/${name}`))
  const rules = named('rules').map(([name, rule]) => {
    const keys = isObject(rule) ? Object.entries(rule) : []
    return [
      name,
      { ...harmless, ...Object.fromEntries(keys.filter(([key]) => !wrong.has(`rules/${name}/${key}`))) },
    ]
  })
  const parsed = ruleFile.safeParse({
    version: 1,
    sources: Object.fromEntries(sources),
    rules: Object.fromEntries(rules),
  })
  return parsed.data ?? { version: 1, sources: {}, rules: {} }
}

/** The part of the file, the source, or the key of a rule that an issue is about. */
function wrongPlaces({ path, ...issue }: z.core.$ZodIssue): readonly string[] {
  const [part, name] = path
  if (part !== 'rules' || name === undefined) return [path.slice(0, 2).join('/')]
  if (issue.code === 'unrecognized_keys' && path.length === 2)
    return issue.keys.map((key) => [...path, key].join('/'))
  return [path.slice(0, 3).join('/')]
}

const harmless = {
  source: [],
  match: 'x',
  threshold: { count: 1, within: '1s' },
  // biome-ignore lint/suspicious/noThenProperty: the rule file's own word.
  then: [{ command: ['/bin/true'] }],
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const sorted = (problems: readonly Problem[]): readonly Problem[] =>
  [...problems].sort((a, b) => a.location.line - b.location.line || a.location.column - b.location.column)
