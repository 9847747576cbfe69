/** Rule text in, a checked ruleset or all its problems out. Pure: reading the file is the caller's. */

import { buildRuleset } from './build.ts'
import { buildTests } from './build-tests.ts'
import type { Problem } from './problem.ts'
import { referenceProblems } from './references/references.ts'
import type { Ruleset } from './ruleset.ts'
import { ruleFile } from './schema/rule-file.ts'
import { shapeProblems } from './shape-problems.ts'
import type { UnitFacts } from './warnings/unit-warnings.ts'
import { type PlacedWarning, warningsOf } from './warnings/warnings.ts'
import { readYaml, type YamlText } from './yaml/read-yaml.ts'

export type RulesResult =
  | {
      readonly ok: true
      readonly ruleset: Ruleset
      /** What is right and surely not meant; `facts` are of the units of the machine. By their place in the file. */
      readonly warnings: (facts: ReadonlyMap<string, UnitFacts>) => readonly PlacedWarning[]
    }
  /** By their place in the file, each once; never empty. */
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** `file` is the name by which problems call it. */
export function parseRules(text: string | Uint8Array, file: string): RulesResult {
  const { yaml, problems } = readYaml(text, file)
  if (yaml === undefined) return failure(problems)
  if (yaml.value === null) {
    const message = 'expected rules, got an empty file; start with "version: 1"'
    return failure([...problems, { code: 'missing-key', message, location: yaml.valueAt([]) }])
  }
  // Read once: compiling what reads it would take longer.
  const shape = ruleFile.safeParse(yaml.value, { reportInput: true, jitless: true })
  const wrong = [...problems, ...shapeProblems(shape.error?.issues ?? [], yaml), ...referenceProblems(yaml)]
  if (!shape.success || wrong.length > 0) return failure(wrong)
  const { sources, alerts = {}, rules, tests = [] } = shape.data
  const ruleset = buildRuleset(
    inOrder(sources, 'sources', yaml),
    inOrder(rules, 'rules', yaml),
    inOrder(alerts, 'alerts', yaml),
  )
  const places = tests.map((_, index) => yaml.valueAt(['tests', index]))
  const warnings = (facts: ReadonlyMap<string, UnitFacts>): readonly PlacedWarning[] =>
    warningsOf(ruleset, facts)
      .map(({ message, path }) => ({ message, location: yaml.keyAt(path) }))
      .sort(({ location: a }, { location: b }) => a.line - b.line || a.column - b.column)
  return { ok: true, ruleset: { ...ruleset, tests: buildTests(tests, places, ruleset) }, warnings }
}

/** Objects forget the order of keys that are numbers; the file does not. */
const inOrder = <Value>(values: Readonly<Record<string, Value>>, key: string, yaml: YamlText) => {
  const order = yaml.keysAt([key])
  return Object.entries(values).sort(([one], [other]) => order.indexOf(one) - order.indexOf(other))
}

/** What an alias repeats is told of once. */
function failure(problems: readonly Problem[]): RulesResult {
  const different = new Map(problems.map((problem) => [JSON.stringify(problem), problem]))
  const byPlace = [...different.values()].sort(
    ({ location: a }, { location: b }) => a.line - b.line || a.column - b.column,
  )
  return { ok: false, problems: byPlace }
}
