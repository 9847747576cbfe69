import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRules } from '../../src/config/parse-rules.ts'

const head = `version: 1
sources:
  site: { journal: { unit: site.service } }
  php: { file: /var/log/php.log }
rules:
  churn:
    source: php
    match: dies
    group_by: _PID
    threshold: { count: 3, within: 10s }
    then: [{ restart: site.service }]
tests:
`
const headLines = head.split('\n').length - 1

/** `LINE code text-it-points-at` of each problem, lines counted in the tests. */
function problems(tests: string): string[] {
  const text = head + tests
  const result = parseRules(text, 'rules.yaml')
  if (result.ok) return []
  return result.problems.map(({ code, location: { line, column, length } }) => {
    const at = text.split('\n')[line - 1]?.slice(column - 1, column - 1 + length) ?? ''
    return `${line - headLines} ${code} ${at}`
  })
}

test('a test becomes plain data, its times resolved', () => {
  const text = `${head}  - name: it
    rule: churn
    file: [may.log, /var/log/june.log]
    events:
      - { text: dies, fields: { _PID: 7, file: /x } }
      - { every: 9s, times: 10, text: [a, b], source: site }
      - { after: 1s, unit: { name: site.service, stopped: true } }
      - { at: 2s, outcome: fails, takes: 3s }
    until: 1h
    expect: [{ at: 1min 21s, decision: act, key: { _PID: 7 } }]
`
  const result = parseRules(text, 'rules.yaml')
  assert.ok(result.ok)
  const once = { every: 0, times: 1 }
  assert.deepEqual(result.ruleset.tests, [
    {
      name: 'it',
      location: { file: 'rules.yaml', line: headLines + 1, column: 5, length: 8 },
      rule: 'churn',
      files: ['may.log', '/var/log/june.log'],
      steps: [
        {
          at: 0,
          ...once,
          kind: 'event',
          source: 'php',
          texts: ['dies'],
          fields: new Map([
            ['_PID', '7'],
            ['file', '/x'],
          ]),
        },
        { at: 0, every: 9e6, times: 10, kind: 'event', source: 'site', texts: ['a', 'b'], fields: new Map() },
        {
          at: 82e6,
          ...once,
          kind: 'unit',
          unit: 'site.service',
          stopped: true,
          running: false,
          restarted: false,
        },
        { at: 2e6, ...once, kind: 'outcome', result: 'failed', takes: 3e6 },
      ],
      until: 3600e6,
      expect: [{ at: 81e6, decision: 'act', rule: 'churn', key: new Map([['_PID', '7']]) }],
    },
  ])
})

test('all mistakes are told, each at its place', () => {
  assert.deepEqual(
    problems(`  - name: a
    rule: chrun
    events:
      - { at: 5, text: x }
      - { every: 1s, text: y }
      - { text: z, pause: churn }
      - { at: 1s, after: 2s, pause: churn }
      - { at: 1s }
      - { resume: churn, fields: { _PID: 1 } }
      - { unit: { name: site.service, stopped: true, failed: true } }
      - { text: x, fields: { pid: 1 } }
    expect: [{ at: 5s, decision: acts }]
  - name: a
    expect: [{ at: 1s, decision: act, rule: churm }]
  - name: b
    until: 3y
    file: '-'
    expected: []
`),
    [
      '2 unknown-rule chrun',
      '4 wrong-type 5',
      '5 conflict every',
      '6 conflict pause',
      '7 conflict after',
      '8 missing-key { at: 1s }',
      '9 conflict fields',
      '10 conflict failed',
      '11 bad-name pid',
      '12 bad-value acts',
      '13 missing-key name: a',
      '13 conflict a',
      '14 unknown-rule churm',
      '16 bad-duration 3y',
      "17 bad-path '-'",
      '18 unknown-key expected',
    ],
  )
})

test('names must be there, and a source where there are several', () => {
  assert.deepEqual(
    problems(`  - name: a
    events: [{ text: x }, { text: y, source: sites }]
    expect: [{ at: 1s, decision: act, rule: churn, key: { pool: www } }]
  - name: b
    rule: churn
    events: [{ at: 2y, text: y }]
    expect: [{ at: 1s, decision: act, rule: other }, { at: 1s, decision: act, key: { pool: www } }]
`),
    [
      '2 missing-key { text: x }',
      '2 unknown-source sites',
      '3 unknown-field pool',
      '6 bad-duration { at: 2y, text: y }',
      '7 conflict other',
      '7 unknown-field pool',
    ],
  )
})
