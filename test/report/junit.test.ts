import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { instant } from '../../src/engine/time.ts'
import { junitXml } from '../../src/report/junit.ts'
import type { TestResult } from '../../src/report/test-result.ts'

const result = (name: string, problem?: string): TestResult => ({
  test: {
    name,
    location: { file: 'a.yaml', line: 3, column: 1, length: 1 },
    files: [],
    steps: [],
    expect: [],
  },
  passed: problem === undefined,
  start: instant(0),
  length: 0,
  recorded: false,
  comparisons: [],
  seen: [],
  ...(problem === undefined ? {} : { problem }),
})
const xmlOf = (results: readonly TestResult[]): string =>
  junitXml([{ file: 'a.yaml', results, coverage: [] }])

test('a suite for each file with its counts, a case for each test', () => {
  const xml = xmlOf([result('good'), result('bad', 'a.log does not exist')])
  assert.match(xml, /<testsuite name="a.yaml" tests="2" failures="0" errors="1">/)
  assert.match(xml, /<testcase name="good" classname="a.yaml" file="a.yaml" line="3"\/>/)
  assert.match(xml, /<error message="a.log does not exist">/)
})

test('whatever a log line holds, the XML is well formed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const xml = xmlOf([result('name', text)])
      const [, message = ''] = /message="([^"]*)"/.exec(xml) ?? []
      assert.doesNotMatch(
        message,
        /[<>]|&(?!amp;|lt;|gt;|quot;)|[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u,
      )
    }),
  )
})
