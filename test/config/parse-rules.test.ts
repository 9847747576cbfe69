import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parseRules } from '../../src/config/parse-rules.ts'
import { formatProblems } from '../../src/report/problems.ts'

const rules = (rule: string, sources = 'site: { journal: { unit: site.service } }'): string => `version: 1
sources:
  ${sources}
rules:
  churn:
    ${rule}
`
const whole = (
  parts: Partial<Record<'source' | 'match' | 'threshold' | 'actions' | 'more', string>>,
): string =>
  rules(`source: ${parts.source ?? 'site'}
    match: ${parts.match ?? 'dies'}
    threshold: ${parts.threshold ?? '{ count: 10, within: 90s }'}
    then: ${parts.actions ?? '[{ restart: site.service }]'}
    ${parts.more ?? ''}`)

/** `LINE:COLUMN code text-it-points-at` of each problem. */
function problems(text: string | Uint8Array): string[] {
  const result = parseRules(text, 'rules.yaml')
  if (result.ok) return []
  const lines = typeof text === 'string' ? text.split('\n') : []
  return result.problems.map(({ code, location: { line, column, length } }) => {
    const at = lines[line - 1]?.slice(column - 1, column - 1 + length) ?? ''
    return `${line}:${column} ${code} ${at}`.trim()
  })
}

function ruleOf(text: string) {
  const result = parseRules(text, 'rules.yaml')
  assert.ok(result.ok, result.ok ? '' : formatProblems(result.problems, text, { colour: false }))
  const [rule] = result.ruleset.rules
  assert.ok(rule !== undefined)
  return rule
}

test('the example of the rules folder is right', () => {
  const url = new URL('../../rules/example.yaml', import.meta.url)
  assert.deepEqual(problems(readFileSync(url, 'utf8')), [])
})

describe('what is right', () => {
  test('becomes rules with their units resolved', () => {
    const rule = ruleOf(whole({ more: 'cooldown: 1min 30s' }))
    assert.deepEqual(rule.condition, { kind: 'threshold', count: 10, within: 90_000_000 })
    assert.equal(rule.cooldown, 90_000_000)
    assert.deepEqual(rule.actions, [{ kind: 'unit', verb: 'restart', unit: 'site.service' }])
    assert.deepEqual(rule.match, { kind: 'contains', literal: 'dies', ignoreCase: false })
  })

  test('a cooldown is 30 s where none is given', () => {
    assert.equal(ruleOf(whole({})).cooldown, 30_000_000)
  })

  test('matches nest', () => {
    const { match } = ruleOf(
      whole({
        match:
          "{ all: [dies, { any: [{ regex: 'w(?P<n>\\d+)' }, { PRIORITY: [3, 4] }] }, { not: { contains: Ok, ignore_case: true } }] }",
      }),
    )
    assert.deepEqual(match, {
      kind: 'all',
      of: [
        { kind: 'contains', literal: 'dies', ignoreCase: false },
        {
          kind: 'any',
          of: [
            { kind: 'regex', pattern: 'w(?P<n>\\d+)', ignoreCase: false },
            {
              kind: 'field',
              name: 'PRIORITY',
              test: { kind: 'equals', anyOf: ['3', '4'], ignoreCase: false },
            },
          ],
        },
        { kind: 'not', of: { kind: 'contains', literal: 'Ok', ignoreCase: true } },
      ],
    })
  })

  test('a captured group may be the key, and stand in a command', () => {
    const rule = ruleOf(
      whole({
        match: "{ regex: 'worker (?P<worker>\\d+)' }",
        actions: "[{ command: { run: [/bin/echo, '{worker} {{x}} {count}'], timeout: 5s } }]",
        more: 'group_by: [worker, _PID, source]',
      }),
    )
    assert.deepEqual(rule.groupBy, ['worker', '_PID', 'source'])
    assert.deepEqual(rule.actions, [
      { kind: 'command', argv: ['/bin/echo', '{worker} {{x}} {count}'], timeout: 5_000_000 },
    ])
  })
})

describe('what is wrong', () => {
  const cases: readonly [string, string, readonly string[]][] = [
    ['an empty file', '', ['1:1 missing-key']],
    ['only a comment', '# rules\n', ['1:1 missing-key #']],
    ['a list', '- a\n', ['1:1 wrong-type - a']],
    ['a misspelt key at the top', `${whole({})}ruls: {}\n`, ['11:1 unknown-key ruls']],
    ['another version', whole({}).replace('version: 1', 'version: 2'), ['1:10 bad-value 2']],
    ['a misspelt key of a rule', whole({ more: 'cooldwn: 30s' }), ['10:5 unknown-key cooldwn']],
    ['a misspelt key of a match', whole({ match: '{ regexp: x }' }), ['7:14 unknown-key regexp']],
    [
      'a missing key',
      rules('source: site\n    match: x\n    then: [{ restart: site.service }]'),
      ['5:3 missing-key churn'],
    ],
    ['no action', whole({ actions: '[]' }), ['9:11 bad-value []']],
    [
      'two actions in one',
      whole({ actions: '[{ restart: a.service, start: a.service }]' }),
      ['9:34 conflict start'],
    ],
    ['a unit without a suffix', whole({ actions: '[{ restart: site }]' }), ['9:23 bad-unit site']],
    [
      'a unit that a log would choose',
      whole({ actions: "[{ restart: '{unit}' }]" }),
      ["9:23 bad-unit '{unit}'"],
    ],
    [
      'a template of units',
      whole({ actions: '[{ restart: site@.service }]' }),
      ['9:23 bad-unit site@.service'],
    ],
    ['a span without a unit', whole({ threshold: '{ count: 1, within: 90 }' }), ['8:36 wrong-type 90']],
    ['a span that YAML knows from clocks', whole({ more: 'cooldown: 1:30' }), ['10:15 bad-duration 1:30']],
    ['a negative span', whole({ more: 'cooldown: -5s' }), ['10:15 bad-duration -5s']],
    ['a count of none', whole({ threshold: '{ count: 0, within: 1s }' }), ['8:25 bad-value 0']],
    ['half a count', whole({ threshold: '{ count: 1.5, within: 1s }' }), ['8:25 wrong-type 1.5']],
    ['a pattern with lookahead', whole({ match: "{ regex: 'a(?=b)' }" }), ['7:23 bad-pattern (?=']],
    ['an empty text', whole({ match: "''" }), ["7:12 bad-value ''"]],
    ['a source that is not there', whole({ source: 'sit' }), ['6:13 unknown-source sit']],
    ['a key that nothing captures', whole({ more: 'group_by: worker' }), ['10:15 unknown-field worker']],
    [
      'an unknown placeholder',
      whole({ actions: "[{ command: [/bin/echo, '{worker}'] }]" }),
      ['9:36 unknown-placeholder {worker}'],
    ],
    ['a program to be searched for', whole({ actions: '[{ command: [echo] }]' }), ['9:24 bad-path echo']],
    [
      'an unknown signal',
      whole({ actions: '[{ kill: { unit: a.service, signal: SIGTREM } }]' }),
      ['9:47 bad-value SIGTREM'],
    ],
    [
      'a relative path',
      rules('source: f', 'f: { file: log }'),
      ['3:14 bad-path log', '5:3 missing-key churn', '5:3 missing-key churn', '5:3 missing-key churn'],
    ],
    [
      'a source of two kinds',
      whole({}).replace('unit: site.service } }', 'unit: site.service }, file: /a }'),
      ['3:44 conflict file'],
    ],
    ['a name with capitals', whole({}).replace('churn:', 'Churn:'), ['5:3 bad-name Churn']],
    ['a rule twice', `${whole({})}  churn: {}\n`, ['11:3 duplicate-key churn']],
    ['a dangerous key', whole({ more: '__proto__: { polluted: true }' }), ['10:5 unknown-key __proto__']],
  ]
  for (const [name, text, expected] of cases) {
    test(name, () => assert.deepEqual(problems(text), expected))
  }

  test('is told all at once, by place', () => {
    const text = whole({
      source: 'sit',
      match: '{ regexp: x }',
      threshold: '{ count: 0, within: 5 }',
      actions: '[{ restart: site }]',
      more: 'colldown: 1s',
    })
    assert.deepEqual(problems(text), [
      '6:13 unknown-source sit',
      '7:14 unknown-key regexp',
      '8:25 bad-value 0',
      '8:36 wrong-type 5',
      '9:23 bad-unit site',
      '10:5 unknown-key colldown',
    ])
  })

  test('bytes that are no text are told of with their place', () => {
    const bytes = Buffer.concat([
      Buffer.from('version: 1\n# gr\u00f6'),
      Buffer.from([0xff]),
      Buffer.from('er\n'),
    ])
    const result = parseRules(bytes, 'rules.yaml')
    assert.ok(!result.ok)
    assert.match(result.problems[0]?.message ?? '', /UTF-8, got byte 0xff at offset 17/)
  })

  test('aliases that multiply are refused', () => {
    const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefgh'
      .split('')
      .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(', ')}]`)
      .join('\n')}\n`
    assert.match(problems(bomb).join(), /too-large/)
  })
})

test('whatever is changed in a rule file, it is taken or told what is wrong, within the file', () => {
  const text = whole({ match: "{ regex: 'worker (?P<worker>\\d+)' }", more: 'group_by: worker' })
  const pieces = fc.constantFrom(
    '',
    ' ',
    '\n',
    '\t',
    ':',
    '- ',
    '{',
    '}',
    '[',
    '*a',
    '&a',
    '!!',
    '|',
    '"',
    "'",
    '\0',
    '\u{1f600}',
    '__proto__',
    'null',
    '~',
    '1e999',
  )
  fc.assert(
    fc.property(fc.nat(text.length), fc.nat(30), pieces, (at, length, piece) => {
      const changed = text.slice(0, at) + piece + text.slice(at + length)
      const result = parseRules(changed, 'rules.yaml')
      if (result.ok) return
      assert.ok(result.problems.length > 0)
      const lines = changed.split('\n')
      for (const { location } of result.problems) {
        assert.ok(location.line >= 1 && location.line <= lines.length)
        assert.ok(location.column >= 1 && location.column <= (lines[location.line - 1]?.length ?? 0) + 1)
      }
      formatProblems(result.problems, changed, { colour: false })
    }),
    { numRuns: 3_000 },
  )
})
