import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { instant, microseconds, seconds } from '../../../src/engine/time.ts'
import { AbsenceWindow } from '../../../src/engine/windows/absence-window.ts'
import type { Absence } from '../../../src/engine/windows/conditions.ts'
import { compare, histories, type Model, sample, start } from './histories.ts'
import { Listed, showing } from './listed.ts'

class AbsenceModel extends Listed implements Model {
  readonly #length: number
  #since: number = start

  constructor(length: number) {
    super()
    this.#length = length
  }

  override clear(at = 0): void {
    super.clear()
    this.#since = at
  }

  deadline(): number {
    return Math.max(this.#since, this.latest) + this.#length
  }

  isTrue(at: number): boolean {
    return at >= this.deadline()
  }

  show() {
    const { last } = showing(this.samples)
    return last === undefined ? { count: 0 } : { count: 0, last }
  }
}

describe('an absence window', () => {
  test('says what a list of everything says, on 10 000 histories', () => {
    let yes = 0
    fc.assert(
      fc.property(
        fc.constantFrom(90, 3, 1),
        histories({ lengths: [90, 3, 1], lateness: 200 }),
        (length, history) => {
          const condition: Absence = { kind: 'absence', for: microseconds(length) }
          const create = (since = start) => new AbsenceWindow(condition, since)
          yes += compare(create, new AbsenceModel(length), history, length)
        },
      ),
      { numRuns: 10_000 },
    )
    assert.ok(yes > 10_000, `the histories are too tame: ${yes}`)
  })

  test('waits from the start, then from each event, and shows the last one', () => {
    const minute = 60_000_000
    const window = new AbsenceWindow({ kind: 'absence', for: seconds(60) }, start)
    assert.equal(window.deadline, start + minute)
    assert.equal(window.isTrue(instant(start + minute - 1)), false)
    assert.equal(window.isTrue(instant(start + minute)), true)
    assert.deepEqual(window.show(), { count: 0 })
    window.add(sample(start + minute, 7))
    assert.equal(window.isTrue(instant(start + minute)), false)
    assert.equal(window.deadline, start + 2 * minute)
    assert.deepEqual(window.show(), { count: 0, last: { at: start + minute, evidence: 7 } })
  })
})
