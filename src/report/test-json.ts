/** Tests of rules as objects for programs: the lines of `test --json`. */

import { targetOf } from './decision-words.ts'
import { type Comparison, type FileResult, shareOf, type TestResult } from './test-result.ts'

/** Times are seconds since the start of the test. */
export const testJson = ({ test, passed, problem, comparisons }: TestResult) => ({
  type: 'test',
  file: test.location.file,
  line: test.location.line,
  name: test.name,
  passed,
  ...(problem === undefined ? {} : { problem }),
  decisions: comparisons.map(comparisonJson),
})

/** `outcome`: whether it came as expected, was expected and is missing, or came unexpected. */
const comparisonJson = (comparison: Comparison) => {
  if (comparison.kind !== 'missing') {
    const { at, decision, rule, targets, key, of } = comparison.verdict
    return {
      outcome: comparison.kind,
      at: at / 1_000_000,
      decision,
      rule,
      target: targetOf({ targets }),
      key: Object.fromEntries(key),
      ...(of === undefined ? {} : { count: of.count, lastText: of.last?.text }),
    }
  }
  const { at, decision, rule, target, key } = comparison.expected
  return {
    outcome: comparison.kind,
    at: at / 1_000_000,
    decision,
    ...(rule === undefined ? {} : { rule }),
    ...(target === undefined ? {} : { target }),
    ...(key === undefined ? {} : { key: Object.fromEntries(key) }),
  }
}

/** The last line; `withCoverage` adds what was reached. */
export function testSummaryJson(files: readonly FileResult[], withCoverage: boolean) {
  const results = files.flatMap((file) => file.results)
  const failed = results.filter(({ passed }) => !passed).length
  return {
    type: 'summary',
    files: files.length,
    tests: results.length,
    passed: results.length - failed,
    failed,
    ...(withCoverage ? { coverage: coverageJson(files) } : {}),
  }
}

const coverageJson = (files: readonly FileResult[]) => ({
  ...shareOf(files.flatMap((file) => file.coverage)),
  rules: files.flatMap(({ file, coverage }) =>
    coverage.map(({ rule, branches }) => ({
      file,
      rule,
      reached: branches.flatMap(({ name, reached }) => (reached ? [name] : [])),
      missed: branches.flatMap(({ name, reached }) => (reached ? [] : [name])),
    })),
  ),
})
