/** Time formats of rule files, and what is told of a wrong one. */

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Mistake } from '../../src/config/mistake.ts'
import { parseRules } from '../../src/config/parse-rules.ts'
import { parseLayout } from '../../src/config/time-layout.ts'

const ok = [
  '%Y-%m-%d %H:%M:%S',
  '%s',
  '%F %T%?f%?z',
  '%d %B %y %I:%M %p',
  '100%% %F %R',
  'up %e.%m. %k:%M:%S.%f',
]

const wrong: readonly (readonly [layout: string, part: string | undefined, words: RegExp])[] = [
  ['%Y-%q', '%q', /^expected a directive of strptime\(3\), got "%q"; known are %Y /],
  ['%F %T%', '%', /a directive/],
  ['%%%F %T%q', '%q', /a directive/],
  ['%F %T%?Q', '%?Q', /a directive/],
  ['%F %?T', '%?T', /a directive/],
  ['%F %T %m', '%m', /^expected each part of a time once, got "%m"/],
  ['%F %H:%I', '%I', /each part of a time once/],
  ['%F %T.%f%?f', '%?f', /each part of a time once/],
  ['%H:%M:%S', undefined, /it needs a month, a day, an hour and a minute, or %s$/],
  ['%F', undefined, /it needs/],
  ['%F %I:%M', undefined, /%I and %p need each other/],
  ['%F %H:%M %p', undefined, /%I and %p need each other/],
  ['', undefined, /it needs/],
]

describe('a time format', () => {
  for (const layout of ok)
    it(`may be ${layout}`, () => assert.equal(parseLayout(layout) instanceof Mistake, false))

  for (const [layout, part, words] of wrong) {
    it(`may not be ${layout || 'empty'}`, () => {
      const mistake = parseLayout(layout)
      assert.ok(mistake instanceof Mistake)
      assert.match(mistake.message, words)
      const { offset = 0, length = 0 } = mistake.part ?? {}
      assert.equal(mistake.part && layout.slice(offset, offset + length), part)
      if (part !== undefined) assert.equal(offset + length, layout.length, 'it is that at the end')
    })
  }

  it('that is wrong is shown in its place in the rule file', () => {
    const file = `version: 1
sources:
  app: { file: /var/log/app.log, timestamp: "%Y-%m-%d %H:%M:%Q" }
rules:
  any: { source: app, match: x, threshold: { count: 1, within: 1s }, then: [{ command: [/bin/true] }] }
`
    const result = parseRules(new TextEncoder().encode(file), 'rules.yaml')
    assert.ok(!result.ok)
    const [problem, ...others] = result.problems
    assert.deepEqual(others, [])
    assert.equal(problem?.code, 'bad-value')
    assert.equal(file.split('\n')[2]?.slice((problem?.location.column ?? 0) - 1), '%Q" }')
    assert.equal(problem?.location.length, 2)
  })
})
