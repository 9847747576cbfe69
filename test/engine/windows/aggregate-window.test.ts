import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { instant, microseconds, seconds } from '../../../src/engine/time.ts'
import { AggregateWindow } from '../../../src/engine/windows/aggregate-window.ts'
import { compileCondition } from '../../../src/engine/windows/compile-condition.ts'
import type { Aggregate, AggregateFunction } from '../../../src/engine/windows/conditions.ts'
import type { Sample } from '../../../src/engine/windows/window.ts'
import { compare, histories, type Model, restarted, sample, start } from './histories.ts'
import { Listed, showing } from './listed.ts'

const within = 90
const functions = ['avg', 'max', 'min', 'sum', 'p50', 'p90', 'p95', 'p99'] as const
const numbers = ['0.1', '0.2', '0.3', '-0.3', '1', '1.5', '+2', '1e1', '.5', '7.', '100']
const others = ['x', '', ' 1', '1 ', '1ms', '0x10', 'Infinity', 'NaN', '1e999', '1,5', undefined]

const aggregate = (fn: AggregateFunction, side: 'above' | 'below', limit: number, min = 1): Aggregate => ({
  kind: 'aggregate',
  field: 'value',
  fn,
  within: microseconds(within),
  min,
  ...(side === 'above' ? { above: limit } : { below: limit }),
})

/** Reckons in whole tenths, in which nothing is rounded. */
class AggregateModel extends Listed implements Model {
  readonly #condition: Aggregate

  constructor(condition: Aggregate) {
    super()
    this.#condition = condition
  }

  isTrue(at: number): boolean {
    const tenths = this.#counted(this.from(at)).map(tenthsOf)
    if (tenths.length < this.#condition.min) return false
    const times = this.#condition.fn === 'avg' ? tenths.length : 1
    return 'above' in this.#condition
      ? this.#total(tenths) > Math.round(this.#condition.above * 10) * times
      : this.#total(tenths) < Math.round(this.#condition.below * 10) * times
  }

  show() {
    const counted = this.#counted(this.latest)
    const divisor = this.#condition.fn === 'avg' ? counted.length : 1
    return showing(counted, this.#total(counted.map(tenthsOf)) / 10 / divisor)
  }

  #counted(now: number): Sample[] {
    return this.samples.filter(
      ({ at, event }) => at >= now - within && numbers.includes(String(event.fields.get('value'))),
    )
  }

  #total(tenths: readonly number[]): number {
    const { fn } = this.#condition
    if (fn === 'sum' || fn === 'avg') return tenths.reduce((sum, value) => sum + value, 0)
    if (fn === 'max') return Math.max(...tenths)
    if (fn === 'min') return Math.min(...tenths)
    return percentile(tenths, Number(fn.slice(1)))
  }
}

const tenthsOf = ({ event }: Sample): number => Math.round(Number(event.fields.get('value')) * 10)

/** The smallest value that at least `percent` of the values do not exceed. */
function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const found = sorted.find(
    (value) => values.filter((other) => other <= value).length * 100 >= percent * values.length,
  )
  return found ?? Number.NaN
}

describe('an aggregate window', () => {
  for (const fn of functions) {
    test(`of ${fn} says what a list of everything says`, () => {
      let yes = 0
      fc.assert(
        fc.property(
          fc.constantFrom('above', 'below'),
          fc.constantFrom(0, 0.1, 0.2, 0.3, 0.6, 1, 1.5, 2, 10, 100),
          fc.integer({ min: 1, max: 5 }),
          histories({ lengths: [within, within / 2], lateness: 2 * within, values: [...numbers, ...others] }),
          (side, limit, min, history) => {
            const condition = aggregate(fn, side, limit, min)
            yes += compare(compileCondition(condition), new AggregateModel(condition), history, within)
          },
        ),
        { numRuns: 10_000 / functions.length },
      )
      assert.ok(yes > 1_000, `the histories are too tame: ${yes}`)
    })
  }

  test('counts what is no decimal number as unusable, and never as 0', () => {
    const window = new AggregateWindow(aggregate('min', 'below', 1))
    for (const value of others) window.add(sample(start, 0, 'a', value))
    assert.equal(window.unusable, others.length)
    assert.deepEqual(window.show(), { count: 0 })
    assert.equal(window.isTrue(start), false)
  })

  test('takes long digits without stalling', () => {
    const window = new AggregateWindow(aggregate('sum', 'above', 1))
    window.add(sample(start, 0, 'a', `${'1'.repeat(1_000_000)}x`))
    window.add(sample(start, 0, 'a', `0.${'1'.repeat(1_000_000)}`))
    assert.equal(window.unusable, 1)
  })

  test('adds tenths as a person would, and a great number that leaves takes nothing with it', () => {
    const window = new AggregateWindow(aggregate('sum', 'above', 0.3))
    window.add(sample(start, 0, 'a', '1e100'))
    for (const value of ['0.1', '0.2', '1e-100']) window.add(sample(start + 1, 0, 'a', value))
    assert.equal(window.isTrue(start), true)
    const small = instant(start + within + 1)
    assert.equal(window.isTrue(small), true)
    window.add(sample(small, 0, 'a', '-1e-100'))
    assert.equal(window.show().value, 0.3)
    assert.equal(window.isTrue(small), false)
  })

  test('keeps extremes and sums right past its limit of rows, but for the far edge', () => {
    for (const fn of ['max', 'min', 'sum', 'avg'] as const) {
      const window = new AggregateWindow({ ...aggregate(fn, 'above', 0), within: seconds(1) }, 4_000)
      // Falls for the first half of the span and rises after it: both extremes leave and come.
      const valueAt = (index: number) => Math.abs((index % 40_000) - 20_000)
      for (let index = 0; index < 60_000; index++) {
        window.add(sample(start + 100 * index, index, 'a', String(valueAt(index))))
      }
      const { count, value } = window.show()
      const exact = Array.from({ length: count }, (_, back) => valueAt(59_999 - back))
      assert.ok(count >= 10_001 && count <= 10_001 * 1.005, `${count}`)
      const sum = exact.reduce((total, one) => total + one, 0)
      const expected = { max: Math.max(...exact), min: Math.min(...exact), sum, avg: sum / count }
      assert.equal(value, expected[fn], fn)
    }
  })

  test('gives percentiles within 1 % past its limit of values, and exact ones when it was empty again', () => {
    const span = 6_400
    const parts = span / 64
    for (const fn of ['p50', 'p90', 'p99'] as const) {
      const condition = { ...aggregate(fn, 'above', 0), within: microseconds(span) }
      let window = new AggregateWindow(condition, 100)
      const create = () => new AggregateWindow(condition, 100)
      const values: { at: number; value: number }[] = []
      let latest = 0
      for (let index = 0; index < 4_000; index++) {
        const at = start + 5 * index - (index % 7)
        const value = ((index * 7_919) % 1_000) ** 3 / 1_000 - 5
        values.push({ at, value })
        latest = Math.max(latest, at)
        window.add(sample(at, index, 'a', String(value)))
        if (index % 101 !== 0 || index < 200) continue
        if (index % 2 === 0) {
          const fresh = create()
          assert.ok(fresh.restore(JSON.parse(JSON.stringify(window.save()))))
          window = fresh
        }
        const from = Math.floor((latest - span) / parts) * parts
        const counted = values.filter((one) => one.at >= from).map((one) => one.value)
        const exact = percentile(counted, Number(fn.slice(1)))
        const { count, value: result = Number.NaN } = window.show()
        assert.equal(count, counted.length)
        assert.ok(Math.abs(result - exact) <= Math.abs(exact) * 0.0100001, `${fn}: ${result} for ${exact}`)
      }
      window.add(sample(latest + 2 * span, 1, 'a', '12.345'))
      assert.equal(window.show().value, 12.345)
      assert.ok(restarted(window, () => compileCondition(condition)(start)))
    }
  })
})
