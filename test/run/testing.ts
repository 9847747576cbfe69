/** Rule files with tests, run as `watchdog test` runs them, and what came of it in short. */

import assert from 'node:assert/strict'
import { parseRules } from '../../src/config/parse-rules.ts'
import type { Ruleset } from '../../src/config/ruleset.ts'
import { formatProblems } from '../../src/report/problems.ts'
import type { Comparison, TestResult } from '../../src/report/test-result.ts'
import { Coverage } from '../../src/run/coverage.ts'
import { runRuleTest } from '../../src/run/rule-tests.ts'
import type { Batch } from '../../src/sources/source.ts'

export function rulesetOf(text: string): Ruleset {
  const result = parseRules(text, 'rules.yaml')
  assert.ok(result.ok, result.ok ? '' : formatProblems(result.problems, text, { colour: false }))
  return result.ruleset
}

/** The results of all tests, and the names of the branches that were missed, by rule. */
export async function run(text: string, recorded?: () => AsyncIterable<Batch>) {
  const ruleset = rulesetOf(text)
  const coverage = new Coverage(ruleset.rules)
  const results: TestResult[] = []
  for (const test of ruleset.tests) {
    const logs = test.files.length === 0 || recorded === undefined ? {} : { recorded: recorded() }
    results.push(await runRuleTest(test, { ruleset, coverage, ...logs }))
  }
  const missed = Object.fromEntries(
    coverage.rules.map(({ rule, branches }) => [
      rule,
      branches.flatMap(({ name, reached }) => (reached ? [] : [name])),
    ]),
  )
  return { results, missed }
}

/** `= 81s act churn`, `-` for what is missing and `+` for what is not expected. */
export const shortly = ({ comparisons }: TestResult): readonly string[] => comparisons.map(short)

function short(comparison: Comparison): string {
  if (comparison.kind === 'missing') {
    const { at, decision, rule = '?' } = comparison.expected
    return `- ${at / 1e6}s ${decision} ${rule}`
  }
  const { at, decision, rule } = comparison.verdict
  return `${comparison.kind === 'same' ? '=' : '+'} ${at / 1e6}s ${decision} ${rule}`
}
