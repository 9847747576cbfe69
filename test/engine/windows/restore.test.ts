import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { instant, microseconds } from '../../../src/engine/time.ts'
import { AggregateWindow } from '../../../src/engine/windows/aggregate-window.ts'
import { type CreateWindow, compileCondition } from '../../../src/engine/windows/compile-condition.ts'
import type { Aggregate, Condition } from '../../../src/engine/windows/conditions.ts'
import type { Window } from '../../../src/engine/windows/window.ts'
import { type History, histories, sample, start } from './histories.ts'

const span = microseconds(90)
const contains = (literal: string) => ({ kind: 'contains', literal, ignoreCase: false }) as const
const steps = ['a', 'b', 'c', 'd'].map(contains)
const percentile: Aggregate = { kind: 'aggregate', field: 'value', fn: 'p90', above: 1, within: span, min: 1 }
const conditions: Record<string, Condition> = {
  threshold: { kind: 'threshold', count: 3, within: span },
  distinct: { kind: 'threshold', count: 3, within: span, distinct: 'value' },
  absence: { kind: 'absence', for: span },
  sequence: { kind: 'sequence', steps, within: span, missing: false },
  'missing step': { kind: 'sequence', steps, within: span, missing: true },
  ratio: { kind: 'ratio', of: contains('b'), above: 0.5, within: span, min: 2 },
  sum: { kind: 'aggregate', field: 'value', fn: 'sum', above: 3, within: span, min: 2 },
  maximum: { kind: 'aggregate', field: 'value', fn: 'max', below: 2, within: span, min: 2 },
  percentile,
  spike: { kind: 'spike', factor: 2, within: span, baseline: span, min: 2 },
}
const windows: Record<string, CreateWindow> = {
  ...Object.fromEntries(
    Object.entries(conditions).map(([name, condition]) => [name, compileCondition(condition)]),
  ),
  sketch: () => new AggregateWindow(percentile, 4),
}

const history = histories({
  lengths: [90, 30],
  lateness: 90,
  texts: ['a', 'b', 'c', 'd', 'ab'],
  values: ['1', '2', '3.5', '-4', 'x', undefined],
})

function play(window: Window, events: History, from: number): number {
  let now = from
  for (const [index, step] of events.entries()) {
    now += step.wait
    if (step.do === 'add') window.add(sample(now - step.late, index, step.text, step.value))
    else if (step.do === 'clear') window.clear(instant(now))
    window.isTrue(instant(now))
    window.show()
  }
  return now
}

/** Copies `value` with what stands at the `place`-th position, counted in depth, replaced; or left out for undefined. */
function damage(value: unknown, place: number, by: unknown): unknown {
  let left = place
  const visit = (one: unknown): unknown => {
    if (left-- === 0) return by
    if (Array.isArray(one)) return one.map(visit).filter((item) => item !== undefined)
    if (typeof one !== 'object' || one === null) return one
    return Object.fromEntries(Object.entries(one).map(([name, member]) => [name, visit(member)]))
  }
  return visit(value)
}

const hostile = fc.oneof(
  fc.constantFrom(undefined, null, true, '', 'x', [], {}, [[]], [null], [-1, -1], [0, 0, 0, 0], '__proto__'),
  fc.constantFrom(-1, 0, 1, 2, 1.5, 1e308, -1e308, 5e-324, 2 ** 53, start, start + 1, start - 1),
  fc.jsonValue(),
)

describe('damaged state', () => {
  for (const [name, create] of Object.entries(windows)) {
    test(`of a ${name} window is refused with nothing changed, or taken and works`, () => {
      let taken = 0
      let refused = 0
      const damages = fc.array(fc.tuple(fc.nat(60), hostile), { minLength: 1, maxLength: 3 })
      fc.assert(
        fc.property(history, history, damages, (before, after, list) => {
          const window = create(start)
          const now = play(window, before, start)
          let saved: unknown = JSON.parse(JSON.stringify(window.save()))
          for (const [place, by] of list) saved = damage(saved, place, by)
          const text = JSON.stringify(saved) ?? 'null'

          const other = create(start)
          play(other, after, start)
          const untouched = JSON.stringify(other.save())
          if (other.restore(JSON.parse(text))) {
            taken++
            const state = JSON.stringify(other.save())
            assert.ok(create(start).restore(JSON.parse(state)), `does not take back what it took: ${state}`)
            play(other, after, now)
            assert.ok(create(start).restore(JSON.parse(JSON.stringify(other.save()))))
          } else {
            refused++
            assert.equal(JSON.stringify(other.save()), untouched)
          }
        }),
        { numRuns: 1_000 },
      )
      assert.ok(taken > 10 && refused > 100, `${taken} taken, ${refused} refused`)
    })

    test(`of other kinds is refused by a ${name} window`, () => {
      const own = JSON.stringify(create(start).save())
      const others = Object.values(windows).map((make) => make(start).save())
      for (const other of others.filter((saved) => JSON.stringify(saved) !== own)) {
        assert.equal(create(start).restore(JSON.parse(JSON.stringify(other))), false)
      }
    })
  }
})
