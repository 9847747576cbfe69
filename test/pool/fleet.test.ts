/** What the manager decides, without processes: who starts, who leaves, who is killed, and how many there should be. */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Aim, type Member, plan } from '../../src/pool/manager/fleet.ts'
import { nextSize } from '../../src/pool/manager/sizing.ts'
import { StartPace } from '../../src/pool/manager/start-pace.ts'
import type { Sizing } from '../../src/pool/settings.ts'

const times = { start: 60_000, shutdown: 30_000, abort: 5_000 }
const aim: Aim = { size: 2, parallel: false, starts: 4, startAfter: 0, patience: 10, times }

const member = (key: number, more: Partial<Member> = {}): Member => ({
  key,
  state: 'ready',
  since: 0,
  stale: false,
  needed: false,
  load: 0,
  unanswered: 0,
  ...more,
})

const steps = (members: readonly Member[], more: Partial<Aim> = {}, now = 1_000) =>
  plan(members, { ...aim, ...more }, now).steps

describe('the plan', () => {
  test('starts who is missing, and not before its time', () => {
    assert.deepEqual(steps([]), [{ kind: 'start', count: 2 }])
    assert.deepEqual(steps([member(1, { state: 'starting' })], { starts: 1 }), [])
    const later = plan([], { ...aim, startAfter: 5_000 }, 1_000)
    assert.deepEqual(later, { steps: [], wakeAt: 5_000 })
  })

  test('replaces one after the other: a new one is ready before an old one leaves', () => {
    const old = [member(1, { stale: true }), member(2, { stale: true })]
    assert.deepEqual(steps(old, { starts: 1 }), [{ kind: 'start', count: 1 }])
    assert.deepEqual(steps([...old, member(3, { state: 'starting' })], { starts: 1 }), [])
    assert.deepEqual(steps([...old, member(3)], { starts: 1 }), [
      { kind: 'leave', key: 1 },
      { kind: 'start', count: 1 },
    ])
  })

  test('in parallel nobody leaves before all the new ones are ready', () => {
    const old = [member(1, { stale: true }), member(2, { stale: true })]
    assert.deepEqual(steps(old, { parallel: true }), [{ kind: 'start', count: 2 }])
    assert.deepEqual(steps([...old, member(3), member(4, { state: 'starting' })], { parallel: true }), [])
    assert.deepEqual(steps([...old, member(3), member(4)], { parallel: true }), [
      { kind: 'leave', key: 1 },
      { kind: 'leave', key: 2 },
    ])
  })

  test('lets finish, then aborts, then kills', () => {
    assert.deepEqual(steps([member(1, { state: 'leaving' })], { size: 0 }, 30_000), [
      { kind: 'abort', key: 1 },
    ])
    assert.deepEqual(steps([member(1, { state: 'aborting' })], { size: 0 }, 5_000), [
      { kind: 'kill', key: 1, because: 'abort_timeout' },
    ])
    assert.deepEqual(steps([member(1, { state: 'starting' })], { size: 0 }), [
      { kind: 'kill', key: 1, because: 'not needed' },
    ])
    assert.deepEqual(steps([member(1, { state: 'opening' })], { size: 0 }), [{ kind: 'leave', key: 1 }])
    const old = member(1, { state: 'starting', stale: true })
    assert.deepEqual(steps([old, member(2), member(3)]), [{ kind: 'kill', key: 1, because: 'not needed' }])
    assert.deepEqual(steps([{ ...old, needed: true }, member(2), member(3)]), [])
  })

  test('kills who does not answer, and who does not become ready', () => {
    assert.deepEqual(steps([member(1, { unanswered: 10 }), member(2)]), [
      { kind: 'kill', key: 1, because: 'no answer' },
      { kind: 'start', count: 1 },
    ])
    assert.deepEqual(steps([member(1, { state: 'starting' }), member(2)], {}, 60_000), [
      { kind: 'kill', key: 1, because: 'start_timeout' },
      { kind: 'start', count: 1 },
    ])
  })

  test('never lets the pool fall below its size by leaving', () => {
    const anyMember = fc.record({
      state: fc.constantFrom('starting', 'opening', 'ready', 'leaving', 'aborting', 'killed'),
      since: fc.nat(1_000),
      stale: fc.boolean(),
      needed: fc.boolean(),
      load: fc.double({ min: 0, max: 1, noNaN: true }),
      unanswered: fc.nat(3),
    })
    const anyAim = fc.record({ size: fc.integer({ min: 1, max: 6 }), parallel: fc.boolean() })
    fc.assert(
      fc.property(fc.array(anyMember, { maxLength: 12 }), anyAim, (given, more) => {
        const members = given.map((each, key) => ({ ...each, key }))
        const done = steps(members, more)
        const leaving = done.filter(
          (step) => step.kind === 'leave' && members[step.key]?.state === 'ready',
        ).length
        const ready = members.filter(({ state }) => state === 'ready').length
        assert.ok(leaving === 0 || ready - leaving >= more.size)
        for (const step of done) {
          if (step.kind === 'start') assert.ok(step.count >= 1 && step.count <= Math.min(more.size, 4))
        }
      }),
    )
  })
})

describe('the size', () => {
  const dynamic: Sizing = { kind: 'dynamic', min: 2, max: 10, minSpare: 2, maxSpare: 4, step: 3 }
  const demand = (busy: number, size: number, waiting = 0, idleMs = 0, served = 0) => ({
    loads: Array.from({ length: size }, (_, index) => (index < busy ? 1 : 0)),
    waiting,
    served,
    idleMs,
  })

  test('of a dynamic pool keeps between min and max spare, in steps', () => {
    assert.equal(nextSize(dynamic, 4, demand(4, 4)), 6)
    assert.equal(nextSize(dynamic, 9, demand(9, 9)), 10)
    assert.equal(nextSize(dynamic, 8, demand(1, 8)), 7)
    assert.equal(nextSize(dynamic, 4, demand(1, 4)), 4)
    assert.equal(nextSize(dynamic, 2, demand(0, 2)), 2)
  })

  test('of one on demand is nobody until somebody waits', () => {
    const sizing: Sizing = { kind: 'ondemand', max: 3, idleMs: 10_000 }
    assert.equal(nextSize(sizing, 0, demand(0, 0)), 0)
    assert.equal(nextSize(sizing, 0, demand(0, 0, 2)), 2)
    assert.equal(nextSize(sizing, 2, demand(2, 2, 9, 0, 2)), 3)
    // Who is asked for once is not asked for again while it starts.
    assert.equal(nextSize(sizing, 1, demand(0, 0, 1)), 1)
    assert.equal(nextSize(sizing, 2, demand(0, 1, 1, 0, 1)), 2)
    assert.equal(nextSize(sizing, 1, demand(1, 1, 1, 0, 1)), 2)
    assert.equal(nextSize(sizing, 3, demand(0, 3, 0, 9_000)), 3)
    assert.equal(nextSize(sizing, 3, demand(1, 3, 0, 10_000)), 1)
  })
})

describe('the pace of starts', () => {
  test('the tenth death comes within 90 s, and nothing spins on the way', () => {
    const pace = new StartPace()
    let now = 0
    for (let death = 1; death < 10; death += 1) {
      now += 200
      pace.died(200, now, 4_000)
      assert.ok(pace.startAfter >= now + 250)
      now = pace.startAfter
    }
    assert.ok(now < 60_000, `${now} ms`)
  })

  test('who lived for long is replaced at once, and good health is remembered', () => {
    const pace = new StartPace()
    pace.died(600_000, 1_000, 4_000)
    assert.equal(pace.startAfter, 0)
    pace.died(100, 1_000, 4_000)
    assert.ok(pace.troubled)
    pace.thrives(9_999, 11_000)
    assert.ok(pace.troubled, 'it may still die young')
    pace.thrives(600_000, 11_000)
    assert.ok(pace.troubled, 'one that was there before says nothing')
    pace.thrives(10_000, 11_000)
    assert.ok(!pace.troubled)
  })
})
