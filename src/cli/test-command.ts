/** `watchdog test`: do the rules decide what their tests expect? */

import { dirname, resolve } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import type { RuleTest } from '../config/rule-test.ts'
import type { Ruleset } from '../config/ruleset.ts'
import { realClock } from '../platform/clock.ts'
import { type Colours, coloursFor } from '../report/colours.ts'
import { junitXml } from '../report/junit.ts'
import { testJson, testSummaryJson } from '../report/test-json.ts'
import { type FileResult, shareOf, type TestResult } from '../report/test-result.ts'
import { coverageText, fileText, totalText } from '../report/test-text.ts'
import { Coverage } from '../run/coverage.ts'
import { failedTest, runRuleTest } from '../run/rule-tests.ts'
import { readRecorded } from '../sources/recorded/read-recorded.ts'
import { SourceError } from '../sources/source.ts'
import { CommandError, exitCode } from './exit-code.ts'
import { loadRules } from './load-rules.ts'
import { writeReport } from './written-file.ts'

interface TestOptions {
  readonly coverage?: true
  readonly minCoverage?: number
  readonly json?: true
  readonly junit?: string
}

export const testCommand = (): Command =>
  new Command('test')
    .description('run the tests that rule files contain; nothing is acted upon')
    .argument('<file...>', 'rule files')
    .option('--coverage', 'tell what the rules may come to and no test brought them to')
    .option('--min-coverage <percent>', 'fail when less of it was reached', percentage)
    .option('--json', 'one JSON object per line: the tests, a summary')
    .option('--junit <file>', "write the results as JUnit's XML, too")
    .addHelpText(
      'after',
      '\nExit codes: 0 all tests passed, 1 some failed or too little was reached, 2 wrong usage or rule file, or no tests.',
    )
    .action(run)

async function run(paths: readonly string[], options: TestOptions): Promise<void> {
  const rulesets = paths.map((path) => ({ path, ruleset: loadRules(path) }))
  if (rulesets.every(({ ruleset }) => ruleset.tests.length === 0)) {
    const message = `${paths.join(', ')}: no tests; write some under "tests:", see the README`
    throw new CommandError(message, exitCode.usage)
  }
  const colours = coloursFor(process.stdout.isTTY && process.stdout.hasColors())
  const files: FileResult[] = []
  for (const { path, ruleset } of rulesets) {
    const file = await testFile(path, ruleset)
    files.push(file)
    if (options.json) for (const result of file.results) print(JSON.stringify(testJson(result)))
    else print(fileText(file, colours))
  }
  if (options.junit !== undefined) writeReport(options.junit, junitXml(files))
  const { minCoverage } = options
  const showsCoverage = options.coverage === true || minCoverage !== undefined
  if (options.json) print(JSON.stringify(testSummaryJson(files, showsCoverage)))
  else print(closingText(files, showsCoverage, colours))
  const { percent } = shareOf(files.flatMap(({ coverage }) => coverage))
  const isTooLittle = minCoverage !== undefined && percent < minCoverage
  if (isTooLittle) process.stderr.write(`coverage is ${percent} %, less than ${minCoverage} %\n`)
  if (isTooLittle || files.some(({ results }) => results.some(({ passed }) => !passed)))
    process.exitCode = exitCode.failed
}

async function testFile(path: string, ruleset: Ruleset): Promise<FileResult> {
  const coverage = new Coverage(ruleset.rules)
  const results: TestResult[] = []
  for (const test of ruleset.tests) results.push(await runTest(test, path, ruleset, coverage))
  return { file: path, results, coverage: coverage.rules }
}

async function runTest(
  test: RuleTest,
  path: string,
  ruleset: Ruleset,
  coverage: Coverage,
): Promise<TestResult> {
  const paths = test.files.map((file) => resolve(dirname(path), file))
  if (paths.length === 0) return runRuleTest(test, { ruleset, coverage })
  try {
    const recorded = readRecorded({ paths, ruleset, now: realClock.now() })
    return await runRuleTest(test, { ruleset, coverage, recorded })
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    return failedTest(test, error.message)
  }
}

const closingText = (files: readonly FileResult[], showsCoverage: boolean, colours: Colours): string =>
  [
    ...(showsCoverage ? files.map((file) => `\n${coverageText(file, colours)}`) : []),
    `\n${totalText(files, colours)}`,
  ].join('\n')

function percentage(text: string): number {
  const value = Number(text)
  if (/^\d+(\.\d+)?$/.test(text) && value <= 100) return value
  throw new InvalidArgumentError('expected a percentage from 0 to 100.')
}

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}
