/** Tests of rules as JUnit's XML, which every CI system reads: a suite for each rule file. */

import type { FileResult, TestResult } from './test-result.ts'
import { differenceLines } from './test-words.ts'

export function junitXml(files: readonly FileResult[]): string {
  const all = files.flatMap((file) => file.results)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="watchdog test" ${counts(all)}>`,
    ...files.flatMap(({ file, results }) => [
      `  <testsuite name="${escaped(file)}" ${counts(results)}>`,
      ...results.map(testCase),
      '  </testsuite>',
    ]),
    '</testsuites>',
    '',
  ].join('\n')
}

function counts(results: readonly TestResult[]): string {
  const errors = results.filter(({ problem }) => problem !== undefined).length
  const failures = results.filter(({ passed }) => !passed).length - errors
  return `tests="${results.length}" failures="${failures}" errors="${errors}"`
}

function testCase(result: TestResult): string {
  const { name, location } = result.test
  const open = `    <testcase name="${escaped(name)}" classname="${escaped(location.file)}" file="${escaped(location.file)}" line="${location.line}"`
  if (result.passed) return `${open}/>`
  const text = differenceLines(result)
    .map(({ kind, text }) => `${marks[kind]} ${text}`)
    .join('\n')
  const element = result.problem === undefined ? 'failure' : 'error'
  const message = result.problem ?? 'decided otherwise than expected'
  return [
    `${open}>`,
    `      <${element} message="${escaped(message)}">${escaped(text)}</${element}>`,
    '    </testcase>',
  ].join('\n')
}

const marks = { same: ' ', missing: '-', unexpected: '+', note: '     ' } as const

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}

/** XML has no place at all for most control characters and for halves of characters. */
export const escaped = (text: string): string =>
  text
    .replace(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"]/g, (character) => entities[character] ?? character)
