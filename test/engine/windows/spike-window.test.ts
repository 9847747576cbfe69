import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { instant, microseconds } from '../../../src/engine/time.ts'
import { compileCondition } from '../../../src/engine/windows/compile-condition.ts'
import type { Spike } from '../../../src/engine/windows/conditions.ts'
import { SpikeWindow } from '../../../src/engine/windows/spike-window.ts'
import { compare, histories, type Model, sample, start } from './histories.ts'
import { Listed, showing } from './listed.ts'

const spike = (factor: number, within: number, baseline: number, min = 1): Spike => ({
  kind: 'spike',
  factor,
  within: microseconds(within),
  baseline: microseconds(baseline),
  min,
})

class SpikeModel extends Listed implements Model {
  readonly #condition: Spike
  #since: number = start

  constructor(condition: Spike) {
    super()
    this.#condition = condition
  }

  override clear(at = 0): void {
    super.clear()
    this.#since = at
  }

  isTrue(at: number): boolean {
    const now = this.from(at)
    const { factor, within, baseline, min } = this.#condition
    if (now - within - baseline < this.#since) return false
    const { recent, before } = this.#countedAt(now)
    return recent.length >= min && recent.length / within > (factor * before.length) / baseline
  }

  show() {
    const { within, baseline } = this.#condition
    const { recent, before } = this.#countedAt(this.latest)
    const times = recent.length / within / (before.length / baseline)
    return showing(recent, before.length === 0 ? undefined : times)
  }

  #countedAt(now: number) {
    const border = now - this.#condition.within
    return {
      recent: this.samples.filter(({ at }) => at > border),
      before: this.samples.filter(({ at }) => at <= border && at > border - this.#condition.baseline),
    }
  }
}

describe('a spike window', () => {
  test('says what a list of everything says, on 10 000 histories', () => {
    let yes = 0
    fc.assert(
      fc.property(
        // Powers of two, so that the model's quotients are not rounded.
        fc.constantFrom(0.5, 1, 2, 3),
        fc.constantFrom(8, 16, 64),
        fc.constantFrom(32, 64, 256),
        fc.integer({ min: 1, max: 4 }),
        histories({ lengths: [8, 16, 64, 32, 256], lateness: 400 }),
        (factor, within, baseline, min, history) => {
          const condition = spike(factor, within, baseline, min)
          yes += compare(compileCondition(condition), new SpikeModel(condition), history, within)
        },
      ),
      { numRuns: 10_000 },
    )
    assert.ok(yes > 10_000, `the histories are too tame: ${yes}`)
  })

  test('is not judged before the whole baseline was observed, since the start and since a clear', () => {
    const window = new SpikeWindow(spike(2, 10, 60), start)
    window.add(sample(start + 69))
    assert.equal(window.isTrue(instant(start + 69)), false)
    assert.equal(window.isTrue(instant(start + 70)), true)
    window.clear(instant(start + 70))
    window.add(sample(start + 139))
    assert.equal(window.isTrue(instant(start + 139)), false)
    assert.equal(window.isTrue(instant(start + 140)), true)
  })

  test('counts an event exactly on the border to the baseline', () => {
    const window = new SpikeWindow(spike(2, 10, 60, 2), start)
    window.add(sample(start + 100))
    window.add(sample(start + 109))
    assert.equal(window.isTrue(instant(start + 109)), true)
    assert.equal(window.isTrue(instant(start + 110)), false)
  })

  test('needs more than the factor, not as much', () => {
    const window = new SpikeWindow(spike(3, 10, 60), start)
    for (const time of [40, 45, 50, 55, 60, 65, 70, 71, 72]) window.add(sample(start + time))
    assert.equal(window.isTrue(instant(start + 75)), false)
    window.add(sample(start + 73))
    assert.equal(window.isTrue(instant(start + 75)), true)
  })

  test('past its limit of rows counts at most 1/200 too many', () => {
    const window = new SpikeWindow(spike(2, 100_000, 900_000), start, 4_000)
    for (let index = 0; index < 60_000; index++) window.add(sample(start + index * 100, index))
    const { count, value = 0 } = window.show()
    assert.ok(count >= 1_000 && count <= 1_005, `${count}`)
    assert.ok(Math.abs(value - 1) < 0.01, `${value}`)
    assert.ok(JSON.parse(JSON.stringify(window.save())).events.length <= 4 * 4_000)
  })
})
