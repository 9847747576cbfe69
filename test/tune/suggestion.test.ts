import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { instant, seconds } from '../../src/engine/time.ts'
import type { Incident, Setting, Sweep, Trial } from '../../src/report/tuning.ts'
import { incidentsBefore } from '../../src/tune/restarts.ts'
import { scoreOf } from '../../src/tune/score.ts'
import { settingOf, settingsOf, sweepOf } from '../../src/tune/setting.ts'
import { suggest } from '../../src/tune/suggestion.ts'
import { start, testRule } from '../engine/histories.ts'

const second = 1_000_000
const at = (seconds: number) => instant(start + seconds * second)

const incident = (name: string, from: number, until: number): Incident => ({
  name,
  from: at(from),
  until: at(until),
  reference: at(from),
})

test('an action belongs to the incident in which, or a little before which, it was taken', () => {
  const incidents = [incident('one', 100, 200), incident('two', 500, 600), incident('three', 900, 950)]
  const score = scoreOf([at(50), at(90), at(150), at(300), at(600), at(601)], incidents, seconds(10))
  assert.deepEqual(score, {
    caught: [at(90), at(600), undefined],
    invented: 3,
    repeated: 1,
    delay: -10 * second,
  })
})

test('every action is counted once: it is the first in an incident, another one in it, or in none', () => {
  const times = fc.array(fc.nat(1_000), { maxLength: 30 }).map((list) => list.sort((a, b) => a - b).map(at))
  const list = fc.array(
    fc.tuple(fc.nat(1_000), fc.nat(100)).map(([from, length]) => incident('x', from, from + length)),
    { maxLength: 5 },
  )
  fc.assert(
    fc.property(times, list, fc.nat(50), (actions, incidents, lead) => {
      const { caught, invented, repeated } = scoreOf(actions, incidents, seconds(lead))
      const found = caught.filter((one) => one !== undefined)
      assert.equal(found.length + invented + repeated, actions.length)
      for (const [index, one] of caught.entries()) {
        const { from, until } = incidents[index] ?? incident('none', 0, 0)
        if (one !== undefined) assert.ok(one >= from - lead * second && one <= until)
      }
    }),
    { numRuns: 500 },
  )
})

test('a restart is one, however many lines tell of it, and what came before belongs to one restart only', () => {
  const found = incidentsBefore([at(1_000), at(1_001), at(1_400), at(9_000)], seconds(600))
  assert.deepEqual(
    found.map(({ from, until }) => [(from - start) / second, (until - start) / second]),
    [
      [400, 1_000],
      [1_060, 1_400],
      [8_400, 9_000],
    ],
  )
})

const sweep: Sweep = {
  present: { limit: 5, within: seconds(60), cooldown: seconds(30) },
  limits: [1, 2, 3, 4, 5, 6, 7],
  withins: [seconds(60)],
  cooldowns: [seconds(30)],
}

/** Trials of counts from 1 on; each is what it invents, how many of the two incidents it catches, and how late. */
function suggested(...results: readonly (readonly [invented: number, caught: number, delay: number])[]) {
  const incidents = [incident('one', 0, 10), incident('two', 100, 110)]
  const trials = results.map(([invented, caught, delay], index): Trial => {
    const setting: Setting = { ...sweep.present, limit: index + 1 }
    const found = incidents.map(({ from }, number) =>
      number < caught ? instant(from + delay * second) : undefined,
    )
    return {
      setting,
      actions: [],
      score: { caught: found, invented, repeated: 0, ...(caught > 0 ? { delay: delay * second } : {}) },
    }
  })
  const present = trials[4]
  assert.ok(present !== undefined)
  const { trial, reasons } = suggest({
    sweep,
    trials,
    present,
    limit: 'count',
    incidents,
    outside: 0,
    matched: 1,
  })
  return { limit: trial.setting.limit, reasons: reasons.join(' ') }
}

test('what catches all and invents nothing goes before what acts early', () => {
  const { limit, reasons } = suggested(
    [9, 2, 1],
    [1, 2, 5],
    [0, 2, 20],
    [0, 2, 25],
    [0, 1, 30],
    [0, 1, 40],
    [0, 0, 0],
  )
  // 3 and 4 both stand beside a worse one.
  assert.equal(limit, 4)
  assert.match(reasons, /catches all 2 known incidents, invents none.*The present setting: .*catches 1 of 2/)
  assert.match(reasons, /stands on an edge: 5 in 1min/)
})

test('a setting whose neighbours do as well goes before one on an edge', () => {
  const { limit, reasons } = suggested(
    [9, 2, 1],
    [0, 2, 20],
    [0, 2, 21],
    [0, 2, 22],
    [0, 2, 23],
    [0, 1, 40],
    [0, 0, 0],
  )
  // 5 is the present one, which the next higher count makes miss an incident; of 3 and 4 the latter is nearer.
  assert.equal(limit, 4)
  assert.match(reasons, /does as well, but it stands on an edge/)
})

test('the present setting stays where no other one does notably better', () => {
  const same = suggested([9, 2, 1], [0, 2, 20], [0, 2, 21], [0, 2, 22], [0, 2, 23], [0, 2, 24], [0, 2, 25])
  assert.equal(same.limit, 5)
  assert.match(same.reasons, /does as well as any/)
  const late = suggested([9, 2, 1], [0, 2, 20], [0, 2, 30], [0, 2, 40], [0, 2, 400], [0, 2, 400], [0, 2, 400])
  assert.equal(late.limit, 4)
  assert.match(late.reasons, /acts 40s late instead of 6min 40s late/)
})

test('where nothing is caught, or nothing is known, the present setting stays, and the reason is said', () => {
  const none = suggested([1, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0], [3, 0, 0], [0, 0, 0], [0, 0, 0])
  assert.equal(none.limit, 5)
  assert.match(none.reasons, /No setting that was tried catches any/)
})

test('the present values are always among those that are tried, and each once', () => {
  const condition = fc.record({
    kind: fc.constant('threshold' as const),
    count: fc.integer({ min: 1, max: 10_000 }),
    within: fc.integer({ min: 1, max: 10 ** 12 }),
    cooldown: fc.integer({ min: 0, max: 10 ** 12 }),
  })
  fc.assert(
    fc.property(condition, ({ kind, count, within, cooldown }) => {
      const rule = testRule({
        name: 'r',
        condition: { kind, count, within: seconds(within / second) },
        cooldown: seconds(cooldown / second),
      })
      const list = settingsOf(sweepOf(rule, {}))
      const ids = list.map((setting) => JSON.stringify(setting))
      assert.ok(ids.includes(JSON.stringify(settingOf(rule))))
      assert.equal(new Set(ids).size, ids.length)
      assert.ok(list.every(({ limit = 0, within: length }) => limit >= 1 && limit <= 10_000 && length > 0))
    }),
    { numRuns: 500 },
  )
})
