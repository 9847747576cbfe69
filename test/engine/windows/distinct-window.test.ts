import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { microseconds, seconds } from '../../../src/engine/time.ts'
import type { Threshold } from '../../../src/engine/windows/conditions.ts'
import { DistinctWindow } from '../../../src/engine/windows/distinct-window.ts'
import type { Sample } from '../../../src/engine/windows/window.ts'
import { compare, histories, type Model, sample, start } from './histories.ts'
import { Listed, showing } from './listed.ts'

class DistinctModel extends Listed implements Model {
  readonly #condition: Threshold

  constructor(condition: Threshold) {
    super()
    this.#condition = condition
  }

  isTrue(at: number): boolean {
    return this.#latestOfEach(this.from(at)).length >= this.#condition.count
  }

  show() {
    return showing(this.#latestOfEach(this.latest).slice(-this.#condition.count))
  }

  #latestOfEach(now: number): Sample[] {
    const valueIn = ({ event }: Sample) => event.fields.get('value')
    const inSpan = this.samples.filter(
      (one) => one.at >= now - this.#condition.within && valueIn(one) !== undefined,
    )
    return inSpan.filter((one, index) =>
      inSpan.slice(index + 1).every((other) => valueIn(other) !== valueIn(one)),
    )
  }
}

const condition: Threshold = { kind: 'threshold', count: 2, within: seconds(1), distinct: 'value' }
const within = 90
const values = ['1', '2', '3', '4', '__proto__', '', undefined]

describe('a window of different values', () => {
  test('says what a list of everything says, on 10 000 histories', () => {
    let yes = 0
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom(within, 3, 0),
        histories({ lengths: [within, 3], lateness: 2 * within, values }),
        (count, span, history) => {
          const one: Threshold = { ...condition, count, within: microseconds(span) }
          yes += compare(() => new DistinctWindow(one, 'value'), new DistinctModel(one), history, span)
        },
      ),
      { numRuns: 10_000 },
    )
    assert.ok(yes > 10_000, `the histories are too tame: ${yes}`)
  })

  test('takes a named group before a field, and the first value of a repeated one', () => {
    const window = new DistinctWindow(condition, 'value')
    window.add({ ...sample(start, 0, 'a', 'field'), captures: new Map([['value', 'group']]) })
    window.add({ ...sample(start), event: { text: 'a', fields: new Map([['value', ['group', 'other']]]) } })
    assert.equal(window.isTrue(start), false)
    window.add(sample(start, 0, 'a', 'field'))
    assert.equal(window.isTrue(start), true)
  })

  test('keeps `count` values of 1 024 units, however many and long they are', () => {
    const window = new DistinctWindow(condition, 'value')
    for (let index = 0; index < 1_000; index++) {
      window.add(sample(start + index, index, 'a', `${index}`.padEnd(5_000)))
    }
    assert.equal(window.show().count, 2)
    assert.ok(JSON.stringify(window.save()).length < 2_200)
  })
})
