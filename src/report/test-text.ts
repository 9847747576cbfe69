/** Tests of rules as people read them: a line for each, what is different, what no test reached. */

import type { Colours } from './colours.ts'
import { counted } from './counted.ts'
import { printable } from './printable.ts'
import { type FileResult, type RuleCoverage, shareOf, type TestResult } from './test-result.ts'
import { type DifferenceLine, differenceLines } from './test-words.ts'

/** A heading and its tests. */
export const fileText = ({ file, results }: FileResult, colours: Colours): string =>
  [colours.bold(file), ...results.map((result) => resultText(result, colours))].join('\n')

export function totalText(files: readonly FileResult[], colours: Colours): string {
  const results = files.flatMap((file) => file.results)
  const failed = results.filter(({ passed }) => !passed).length
  const tests = counted(results.length, 'test')
  return failed === 0 ? colours.green(`${tests} passed`) : colours.red(`${failed} of ${tests} failed`)
}

export function coverageText({ file, coverage }: FileResult, colours: Colours): string {
  const { reached, of, percent } = shareOf(coverage)
  return [
    `${colours.bold(file)}: ${reached} of ${counted(of, 'branch', 'branches')} reached, ${percent} %`,
    ...coverage.map((rule) => ruleText(rule, colours)),
  ].join('\n')
}

function ruleText(coverage: RuleCoverage, colours: Colours): string {
  const { reached, of } = shareOf([coverage])
  const missed = coverage.branches.filter((branch) => !branch.reached)
  return [
    `  ${coverage.rule}: ${reached} of ${of}`,
    ...missed.map(({ name }) => `    ${colours.yellow('not reached')}  ${name}`),
  ].join('\n')
}

function resultText(result: TestResult, colours: Colours): string {
  const { name, location } = result.test
  if (result.passed) return `  ${colours.green('ok')}    ${printable(name)}`
  return [
    `  ${colours.red('FAIL')}  ${printable(name)}  ${colours.dim(`${location.file}:${location.line}`)}`,
    ...differenceLines(result).map((line) => `        ${differenceText(line, colours)}`),
  ].join('\n')
}

function differenceText({ kind, text }: DifferenceLine, colours: Colours): string {
  switch (kind) {
    case 'same':
      return `  ${text}`
    case 'missing':
      return colours.red(`- ${text}  (expected, did not come)`)
    case 'unexpected':
      return colours.green(`+ ${text}  (came, not expected)`)
    case 'note':
      return colours.dim(`      ${text}`)
  }
}
