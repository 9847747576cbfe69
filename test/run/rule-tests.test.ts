import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { createEngine } from '../../src/engine/engine.ts'
import type { LogEvent } from '../../src/engine/event.ts'
import { instant, microseconds } from '../../src/engine/time.ts'
import { differenceLines } from '../../src/report/test-words.ts'
import { replay } from '../../src/run/replay.ts'
import { runRuleTest } from '../../src/run/rule-tests.ts'
import type { Batch } from '../../src/sources/source.ts'
import { rulesetOf, run, shortly } from './testing.ts'

const file = (rule: string, tests: string): string => `version: 1
sources: { site: { journal: { unit: site.service } } }
rules:
  churn:
    source: site
    match: dies
    threshold: { count: 3, within: 10s }
    then: [{ restart: site.service }]
    ${rule}
tests:
${tests}
`
const dies = (times: number): string => `{ every: 1s, times: ${times}, text: worker dies }`

async function only(rule: string, events: string, expect: string, more = '') {
  const text = file(rule, `  - { name: it, events: [${events}], expect: [${expect}]${more} }`)
  const [result] = (await run(text)).results
  assert.ok(result !== undefined)
  return result
}
const decided = async (rule: string, events: string, more = '') =>
  shortly(await only(rule, events, '', more)).map((line) => line.slice(2, -' churn'.length))

describe('a test passes when all that is decided is what was expected', () => {
  test('a decision at its time', async () => {
    const result = await only('', dies(5), '{ at: 2s, decision: act, target: site.service }')
    assert.deepEqual(shortly(result), ['= 2s act churn'])
    assert.ok(result.passed)
  })

  test('nothing, where nothing is expected', async () => {
    assert.ok((await only('', dies(2), '')).passed)
    assert.ok(!(await only('', dies(3), '')).passed)
  })

  test('another time, another decision, another target or key are differences', async () => {
    const differs = async (expect: string) => !(await only('group_by: _PID', dies(3), expect)).passed
    assert.ok(await differs('{ at: 2001ms, decision: act }'))
    assert.ok(await differs('{ at: 2s, decision: stopped }'))
    assert.ok(await differs('{ at: 2s, decision: act, target: php.service }'))
    assert.ok(await differs('{ at: 2s, decision: act, key: { _PID: 1 } }'))
    assert.ok(!(await differs("{ at: 2000.4ms, decision: act, key: { _PID: '' } }")))
  })

  test('a decision fulfils one expectation only, the most particular one', async () => {
    const both = '{ at: 2s, decision: act }, { at: 2s, decision: act, key: { _PID: 1 } }'
    const one = '{ every: 1s, times: 3, text: dies, fields: { _PID: 1 } }'
    const result = await only('group_by: _PID', one, both)
    assert.deepEqual(shortly(result).toSorted(), ['- 2s act ?', '= 2s act churn'])
    const other = '{ at: 0s, every: 1s, times: 3, text: dies, fields: { _PID: 2 } }'
    const tests = `  - { name: it, events: [${one}, ${other}], expect: [${both}] }`
    const text = file('group_by: _PID', tests).replace('restart: site.service', 'command: [/bin/true]')
    const [two] = (await run(text)).results
    assert.ok(two?.passed)
  })
})

describe('what a test can state', () => {
  test('steps follow each other, or come at their own time', async () => {
    const events =
      '{ text: dies }, { after: 3s, text: dies }, { at: 1s, text: dies }, { text: dies, after: 9s }'
    assert.deepEqual(await decided('', events), ['3s act'])
  })

  test('several texts in turn, and fields', async () => {
    const events = '{ every: 1s, times: 6, text: [dies, lives], fields: { _PID: [7, 8] } }'
    const result = await only('group_by: _PID', events, '{ at: 4s, decision: act, key: { _PID: 7 } }')
    assert.ok(result.passed, JSON.stringify(shortly(result)))
  })

  test('a stopped unit, and one that is started again', async () => {
    const stopped = '{ unit: { name: site.service, stopped: true } }'
    const again = '{ at: 1min, unit: { name: site.service } }, { after: 1s, every: 1s, times: 3, text: dies }'
    assert.deepEqual(await decided('', `${stopped}, ${dies(4)}, ${again}`), ['2s stopped', '63s act'])
  })

  test('a restart by somebody else', async () => {
    const restarted = '{ at: 500ms, unit: { name: site.service, restarted: true } }'
    assert.deepEqual(await decided('grace: 5s', `${dies(8)}, ${restarted}`), [])
    assert.deepEqual(await decided('grace: 5s', `${dies(9)}, ${restarted}`), ['8s act'])
  })

  test('how long actions take: the cooldown lasts as long at least', async () => {
    const slow = '{ outcome: fails, takes: 40s }'
    assert.deepEqual(await decided('', dies(40)), ['2s act', '34s act'])
    assert.deepEqual(await decided('', `${slow}, ${dies(50)}`), ['2s act', '44s act'])
  })

  test('an action that finds the unit stopped', async () => {
    assert.deepEqual(await decided('', `{ outcome: stopped }, ${dies(4)}`), ['2s act', '2s stopped'])
  })

  test('operators', async () => {
    const events = `{ pause: churn }, ${dies(5)}, { after: 1s, resume: churn }, ${dies(3)}`
    assert.deepEqual(await decided('', events), ['2s paused', '7s act'])
  })

  test('that it goes on after the last event: the ends of incidents', async () => {
    assert.deepEqual(await decided('verify: 20s', dies(3)), ['2s act'])
    assert.deepEqual(await decided('verify: 20s', dies(3), ', until: 22s'), ['2s act', '22s recovered'])
    assert.deepEqual(await decided('verify: 20s', dies(9)), ['2s act', '5s not-recovered'])
    const failed = '{ unit: { name: site.service, failed: true } }'
    assert.deepEqual(await decided('verify: 20s', `${dies(3)}, ${failed}`, ', until: 1min'), [
      '2s act',
      '22s not-recovered',
    ])
  })

  test('silence: deadlines are met at their own time', async () => {
    const text = `version: 1
sources: { site: { file: /var/log/site.log } }
rules:
  beat:
    source: site
    match: alive
    absence: { for: 1min }
    then: [{ command: [/bin/true] }]
tests:
  - { name: it, events: [{ at: 30s, text: alive }], until: 3min, expect: [{ at: 90s, decision: act }] }
`
    const [result] = (await run(text)).results
    assert.deepEqual(result === undefined ? [] : shortly(result), ['= 90s act beat', '+ 180s act beat'])
  })

  test('which rule it is about: the others run, and are not compared', async () => {
    const other = `other:
    source: site
    match: dies
    threshold: { count: 2, within: 10s }
    then: [{ restart: site.service }]`
    const text = file(
      '',
      `  - { name: it, rule: churn, events: [${dies(3)}], expect: [] }
  - { name: all, events: [${dies(3)}], expect: [] }`,
    ).replace('tests:', `  ${other}\ntests:`)
    const { results } = await run(text)
    assert.deepEqual(results.map(shortly), [[], ['+ 1s act other']])
  })
})

describe('recorded logs', () => {
  const start = 1_780_000_000_000_000
  const event = (seconds: number): LogEvent => ({
    kind: 'event',
    source: 'site',
    at: instant(start + seconds * 1e6),
    text: 'worker dies',
    fields: new Map(),
    position: '',
  })
  async function* log(times: readonly number[]): AsyncGenerator<Batch> {
    for (const time of times) yield { events: [event(time)], notices: [], position: null }
  }

  test('times count from the first event, and what the test states comes in between', async () => {
    const stopped = '{ at: 1s, unit: { name: site.service, stopped: true } }'
    const text = file(
      '',
      `  - { name: it, file: a.log, events: [${stopped}], expect: [{ at: 2s, decision: stopped }] }`,
    )
    const [result] = (await run(text, () => log([0, 1, 2]))).results
    assert.ok(result?.passed)
    assert.equal(result?.start, start)
  })

  test('a clock that is set is no silence between events', async () => {
    const boot = '0'.repeat(32)
    async function* jumping(): AsyncGenerator<Batch> {
      const events = [0, 1, 3602].map((wall, index) => ({
        ...event(wall),
        monotonic: { boot, at: microseconds(index * 1e6) },
      }))
      yield { events, notices: [], position: null }
    }
    const text = file('', '  - { name: it, file: a.log, expect: [] }')
    const silence = text.replace('threshold: { count: 3, within: 10s }', 'absence: { for: 1min }')
    const [result] = (await run(silence, jumping)).results
    assert.ok(result?.passed, JSON.stringify(result && shortly(result)))
  })

  test('the decisions are those of a replay', async () => {
    const text = file(
      'verify: 5s\n    clear: { count: 1, within: 4s }',
      '  - { name: it, file: a.log, expect: [] }',
    )
    const ruleset = rulesetOf(text)
    const [it] = ruleset.tests
    assert.ok(it !== undefined)
    const gaps = fc.array(fc.constantFrom(0, 0.5, 1, 3, 20, 40), { minLength: 1, maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(gaps, async (lengths) => {
        let at = 0
        const times = lengths.map((length) => {
          at += length
          return at
        })
        const { comparisons } = await runRuleTest(it, { ruleset, recorded: log(times) })
        const tested = comparisons.flatMap((found) =>
          found.kind === 'missing' || found.verdict.decision.endsWith('recovered')
            ? []
            : [found.verdict.of?.at],
        )
        const replayed: number[] = []
        const ignore = (): void => undefined
        await replay(createEngine(ruleset.rules), log(times), {
          decision: (decision) => replayed.push(decision.at),
          cooldownEnd: ignore,
          closed: ignore,
          grace: ignore,
          deaf: ignore,
          notice: ignore,
        })
        const first = times[0] ?? 0
        assert.ok(tested.every((time) => time !== undefined && time >= start + first * 1e6))
        assert.deepEqual(tested, replayed)
      }),
      { numRuns: 200 },
    )
  })
})

describe('a difference says', () => {
  const linesOf = async (events: string, expect: string) =>
    differenceLines(await only('', events, expect)).map(({ kind, text }) => `${kind}: ${text}`)

  test('what came instead, of which events, and what the rule saw', async () => {
    assert.deepEqual(await linesOf(dies(5), '{ at: 4s, decision: act }'), [
      'unexpected: 2s  churn  act: restart site.service',
      'note: 3 events in 2s',
      'note: last line: worker dies',
      'missing: 4s  any rule  act',
      'note: churn: 5 events matched, 2 ignored in a cooldown or grace, the last at 4s: worker dies',
    ])
  })

  test('that the test was over before', async () => {
    assert.deepEqual(await linesOf('{ text: quiet }', '{ at: 1min, decision: act }'), [
      'missing: 1min  any rule  act',
      'note: the test ends at 0s; "until" makes it longer',
      'note: churn: 0 events matched',
    ])
  })
})
