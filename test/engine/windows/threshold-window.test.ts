import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { instant, microseconds, seconds } from '../../../src/engine/time.ts'
import type { Threshold } from '../../../src/engine/windows/conditions.ts'
import { ThresholdWindow } from '../../../src/engine/windows/threshold-window.ts'
import type { Sample } from '../../../src/engine/windows/window.ts'
import { compare, type History, histories, type Model, restarted, sample, start } from './histories.ts'
import { Listed, showing } from './listed.ts'

const second = 1_000_000
const ten: Threshold = { kind: 'threshold', count: 10, within: seconds(90) }

class ThresholdModel extends Listed implements Model {
  readonly #condition: Threshold
  readonly #reach: number

  constructor(condition: Threshold, lateness: number) {
    super()
    this.#condition = condition
    this.#reach = Math.min(condition.within, lateness)
  }

  isTrue(at: number): boolean {
    const now = this.from(at)
    return this.#runs().some(
      ([first, last]) => first.at + this.#condition.within >= now || last.at + this.#reach >= now,
    )
  }

  show() {
    const [first, last] = this.#runs().at(-1) ?? []
    if (first === undefined || last === undefined) throw new Error('no run')
    return { ...showing([first, last]), count: this.#condition.count }
  }

  /** First and last of every `count` consecutive events close enough together. */
  #runs(): (readonly [Sample, Sample])[] {
    return this.samples.flatMap((first, index) => {
      const last = this.samples[index + this.#condition.count - 1]
      return last !== undefined && last.at - first.at <= this.#condition.within
        ? [[first, last] as const]
        : []
    })
  }
}

const within = 90
const conditions = fc.record({
  count: fc.integer({ min: 1, max: 6 }),
  within: fc.constantFrom(within, within / 3, 3, 0),
  lateness: fc.constantFrom(0, 1, 10, within, 2 * within),
})

describe('a threshold window', () => {
  test('says what a list of everything says, on 10 000 histories', () => {
    let yes = 0
    const plan = conditions.chain((condition) =>
      fc.tuple(
        fc.constant(condition),
        histories({ lengths: [within, within / 3, 3], lateness: condition.lateness }),
      ),
    )
    fc.assert(
      fc.property(plan, ([{ count, within: span, lateness }, history]) => {
        const condition: Threshold = { kind: 'threshold', count, within: microseconds(span) }
        const create = () => new ThresholdWindow(condition, microseconds(lateness))
        yes += compare(create, new ThresholdModel(condition, lateness), history, span)
      }),
      { numRuns: 10_000 },
    )
    assert.ok(yes > 10_000, `the histories are too tame: ${yes}`)
  })

  test('judges as seen from the latest event when late ones are not expected and come all the same', () => {
    fc.assert(
      fc.property(histories({ lengths: [within], lateness: 2 * within }), (history: History) => {
        const condition: Threshold = { kind: 'threshold', count: 3, within: microseconds(within) }
        compare(() => new ThresholdWindow(condition), new ThresholdModel(condition, 0), history, within)
      }),
      { numRuns: 2_000 },
    )
  })

  test('is true from the 10th event until the 1st is more than 90 s old', () => {
    const window = new ThresholdWindow(ten)
    for (let index = 0; index < 9; index++) window.add(sample(start + index * second, index))
    assert.equal(window.isTrue(start), false)
    window.add(sample(start + 90 * second, 9))
    assert.equal(window.isTrue(start), true)
    assert.deepEqual(window.show(), {
      count: 10,
      first: { at: start, evidence: 0 },
      last: { at: start + 90 * second, evidence: 9 },
    })
    assert.equal(window.isTrue(instant(start + 90 * second + 1)), false)
  })

  test('is made true by a late event whose run does not end in the latest event', () => {
    const window = new ThresholdWindow({ kind: 'threshold', count: 3, within: seconds(1) }, seconds(2))
    for (const time of [0, 1, 1.9]) window.add(sample(start + time * second))
    assert.equal(window.isTrue(start), false)
    window.add(sample(start + 0.5 * second))
    assert.equal(window.isTrue(start), true)
    assert.equal(window.show().last?.at, start + second)
  })

  test('keeps `count` times, or less than twice as many where events may be late', () => {
    const kept = (window: ThresholdWindow): number => {
      for (let index = 0; index < 1_000; index++) window.add(sample(start + index, index))
      return JSON.stringify(window.save()).split(',').length - 1
    }
    assert.equal(kept(new ThresholdWindow(ten)), 2 * 10)
    assert.equal(kept(new ThresholdWindow(ten, seconds(2))), 2 * 18)
  })

  test('does not take back what a window with other settings saved', () => {
    const window = new ThresholdWindow(ten)
    window.add(sample(start))
    assert.ok(restarted(window, () => new ThresholdWindow({ ...ten })))
    assert.equal(new ThresholdWindow({ ...ten, count: 11 }).restore(window.save()), false)
  })
})
