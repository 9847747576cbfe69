import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { instant, microseconds, seconds } from '../../../src/engine/time.ts'
import { compileCondition } from '../../../src/engine/windows/compile-condition.ts'
import type { Ratio } from '../../../src/engine/windows/conditions.ts'
import { RatioWindow } from '../../../src/engine/windows/ratio-window.ts'
import { compare, histories, type Model, sample, start } from './histories.ts'
import { Listed, showing } from './listed.ts'

const within = 90
const ratio = (above: number, min: number, span = within): Ratio => ({
  kind: 'ratio',
  of: { kind: 'contains', literal: 'bad', ignoreCase: false },
  above,
  within: microseconds(span),
  min,
})

class RatioModel extends Listed implements Model {
  readonly #condition: Ratio

  constructor(condition: Ratio) {
    super()
    this.#condition = condition
  }

  isTrue(at: number): boolean {
    const { hits, events } = this.#seenFrom(this.from(at))
    // In thousandths, so that nothing is rounded.
    return (
      events.length >= this.#condition.min &&
      hits * 1_000 > Math.round(this.#condition.above * 1_000) * events.length
    )
  }

  show() {
    const { hits, events } = this.#seenFrom(this.latest)
    return showing(events, hits / events.length)
  }

  #seenFrom(now: number) {
    const events = this.samples.filter(({ at }) => at >= now - this.#condition.within)
    return { events, hits: events.filter(({ event }) => event.text.includes('bad')).length }
  }
}

describe('a ratio window', () => {
  test('says what a list of everything says, on 10 000 histories', () => {
    let yes = 0
    fc.assert(
      fc.property(
        fc.constantFrom(0, 0.1, 0.2, 0.25, 0.333, 0.5, 0.6, 0.75),
        fc.integer({ min: 1, max: 6 }),
        fc.constantFrom(within, 3),
        histories({ lengths: [within, 3], lateness: 2 * within, texts: ['good', 'bad'] }),
        (above, min, span, history) => {
          const condition = ratio(above, min, span)
          yes += compare(compileCondition(condition), new RatioModel(condition), history, span)
        },
      ),
      { numRuns: 10_000 },
    )
    assert.ok(yes > 10_000, `the histories are too tame: ${yes}`)
  })

  test('exceeds its limit, and does not only reach it', () => {
    const window = compileCondition(ratio(0.1, 10))(start)
    for (let index = 0; index < 10; index++) window.add(sample(start, index, index === 0 ? 'bad' : 'good'))
    assert.equal(window.isTrue(start), false)
    window.add(sample(start, 10, 'bad'))
    assert.equal(window.isTrue(start), true)
  })

  test('past its limit of rows counts at most 1/200 too many', () => {
    const limit = 4_000
    const condition = { ...ratio(0.5, 1), within: seconds(1) }
    const window = new RatioWindow(condition, ({ text }) => (text === 'bad' ? new Map() : undefined), limit)
    for (let index = 0; index < 100_000; index++) {
      window.add(sample(start + 50 * index, index, index % 3 === 0 ? 'bad' : 'good'))
      if (index % 997 !== 0) continue
      const { count, value = 0 } = window.show()
      const exact = Math.min(index, 20_000) + 1
      assert.ok(count >= exact && count <= exact * 1.005, `${count} for ${exact}`)
      assert.ok(Math.abs(value - 1 / 3) < 0.01 || index < 100, `${value}`)
    }
    const { hits } = JSON.parse(JSON.stringify(window.save()))
    assert.ok(hits.length <= limit * 4 && hits.length > 100, `${hits.length} numbers`)
    assert.equal(window.isTrue(instant(start + 7_000_000)), false)
  })
})
