import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { instant, microseconds } from '../../../src/engine/time.ts'
import type { CreateWindow } from '../../../src/engine/windows/compile-condition.ts'
import { compileCondition } from '../../../src/engine/windows/compile-condition.ts'
import type { Sequence } from '../../../src/engine/windows/conditions.ts'
import { MissingStepWindow } from '../../../src/engine/windows/missing-step-window.ts'
import type { Sample, Window } from '../../../src/engine/windows/window.ts'
import { compileMatch } from '../../../src/match/compile-match.ts'
import { compare, histories, type Model, sample, start } from './histories.ts'
import { Listed } from './listed.ts'

const within = 90
const contains = (literal: string) => ({ kind: 'contains', literal, ignoreCase: false }) as const

const sequence = (steps: readonly string[], unless?: string, missing = false): Sequence => ({
  kind: 'sequence',
  steps: steps.map(contains),
  within: microseconds(within),
  ...(unless === undefined ? {} : { unless: contains(unless) }),
  missing,
})

/** Every event as a possible beginning, followed through the list of everything to its end. */
abstract class SequenceModel extends Listed implements Model {
  readonly #steps: readonly string[]
  readonly #unless: string | undefined

  constructor(steps: readonly string[], unless: string | undefined) {
    super()
    this.#steps = steps
    this.#unless = unless
  }

  abstract isTrue(at: number): boolean
  abstract show(): ReturnType<Model['show']>

  /** The events, taken as soon as they come, with which a chain that begins at `index` takes up to `steps` steps. */
  protected chainAt(index: number, steps: number): Sample[] {
    const chain: Sample[] = []
    for (const one of this.samples.slice(index)) {
      if (chain.length > 0 && this.breaks(one)) break
      const step = this.#steps[chain.length]
      if (chain.length < steps && step !== undefined && one.event.text.includes(step)) chain.push(one)
      if (chain.length === 0) break
    }
    return chain
  }

  protected breaks({ event }: Sample): boolean {
    return this.#unless !== undefined && event.text.includes(this.#unless)
  }

  protected isLastStep({ event }: Sample): boolean {
    return event.text.includes(this.#steps.at(-1) ?? '')
  }

  protected get length(): number {
    return this.#steps.length
  }
}

const shown = (count: number, first: Sample, last: Sample) => ({
  count,
  first: { at: first.at, evidence: first.evidence },
  last: { at: last.at, evidence: last.evidence },
})

class CompleteModel extends SequenceModel {
  isTrue(at: number): boolean {
    const now = this.from(at)
    return this.#complete().some(([first]) => first !== undefined && first.at >= now - within)
  }

  show() {
    const [first, last] = [this.#complete().at(-1)?.at(0), this.#complete().at(-1)?.at(-1)]
    if (first === undefined || last === undefined) throw new Error('no chain')
    return shown(this.length, first, last)
  }

  #complete(): Sample[][] {
    return this.samples.flatMap((first, index) => {
      const chain = this.chainAt(index, this.length)
      const last = chain[this.length - 1]
      return last !== undefined && last.at - first.at <= within ? [chain] : []
    })
  }
}

class MissingModel extends SequenceModel {
  deadline(): number | undefined {
    const [first] = this.#waiting()[0] ?? []
    return first === undefined ? undefined : first.at + within
  }

  isTrue(at: number): boolean {
    const deadline = this.deadline()
    return deadline !== undefined && this.from(at) >= deadline
  }

  show() {
    const [first, last] = [this.#waiting()[0]?.at(0), this.#waiting()[0]?.at(-1)]
    if (first === undefined || last === undefined) throw new Error('no chain')
    return shown(this.length - 1, first, last)
  }

  /** Chains that took all steps but the last in time, and after which nothing broke them and no last step came. */
  #waiting(): Sample[][] {
    return this.samples.flatMap((first, index) => {
      const chain = this.chainAt(index, this.length - 1)
      const last = chain[this.length - 2]
      if (last === undefined || last.at - first.at > within) return []
      if (this.samples.slice(index + 1).some((one) => this.breaks(one))) return []
      const later = this.samples.slice(this.samples.indexOf(last) + 1)
      return later.some((one) => this.isLastStep(one)) ? [] : [chain]
    })
  }
}

const texts = ['a', 'b', 'c', 'ab', 'bc', 'abc', 'x', 'ax', 'cx', '-']
const steps = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 2, maxLength: 5 })
const unless = fc.option(fc.constant('x'), { nil: undefined })
const history = histories({ lengths: [within, within / 2], texts })

const feed = (window: Window, events: readonly (readonly [number, string])[]): void => {
  for (const [index, [time, text]] of events.entries()) window.add(sample(start + time, index, text))
}

describe('a sequence window', () => {
  const create = (...settings: Parameters<typeof sequence>) => compileCondition(sequence(...settings))(start)

  test('says what a list of everything says, on 10 000 histories', () => {
    let yes = 0
    fc.assert(
      fc.property(steps, unless, history, (list, stop, events) => {
        const make: CreateWindow = compileCondition(sequence(list, stop))
        yes += compare(make, new CompleteModel(list, stop), events, within)
      }),
      { numRuns: 10_000 },
    )
    assert.ok(yes > 10_000, `the histories are too tame: ${yes}`)
  })

  test('takes the latest start: an early one out of reach does not hide it', () => {
    const window = create(['a', 'b'])
    feed(window, [
      [0, 'a'],
      [80, 'a'],
      [100, 'b'],
    ])
    assert.deepEqual(window.show(), {
      count: 2,
      first: { at: start + 80, evidence: 1 },
      last: { at: start + 100, evidence: 2 },
    })
    assert.equal(window.isTrue(instant(start + 170)), true)
    assert.equal(window.isTrue(instant(start + 171)), false)
  })

  test('uses no event for two steps', () => {
    const window = create(['a', 'a'])
    feed(window, [[0, 'a']])
    assert.equal(window.isTrue(start), false)
    feed(window, [[0, 'a']])
    assert.equal(window.isTrue(start), true)
  })

  test('is broken by an `unless` event, which may begin another', () => {
    const window = create(['a', 'b'], 'x')
    feed(window, [
      [0, 'a'],
      [1, 'x'],
      [2, 'b'],
    ])
    assert.equal(window.isTrue(start), false)
    feed(window, [
      [3, 'ax'],
      [4, 'b'],
    ])
    assert.equal(window.isTrue(start), true)
  })
})

describe('a window of a missing last step', () => {
  const create = (list: readonly string[], stop?: string) =>
    compileCondition(sequence(list, stop, true))(start)

  test('says what a list of everything says, on 10 000 histories', () => {
    let yes = 0
    fc.assert(
      fc.property(steps, unless, history, (list, stop, events) => {
        const make = compileCondition(sequence(list, stop, true))
        yes += compare(make, new MissingModel(list, stop), events, within)
      }),
      { numRuns: 10_000 },
    )
    assert.ok(yes > 10_000, `the histories are too tame: ${yes}`)
  })

  test('is satisfied by the last step at the very deadline, not by one before the step it follows', () => {
    const window = create(['a', 'b', 'c'])
    feed(window, [
      [0, 'a'],
      [1, 'c'],
      [2, 'b'],
    ])
    assert.equal(window.deadline, start + within)
    assert.equal(window.isTrue(instant(start + within - 1)), false)
    assert.equal(window.isTrue(instant(start + within)), true)
    feed(window, [[within, 'c']])
    assert.equal(window.deadline, undefined)
    assert.equal(window.isTrue(instant(start + within)), false)
  })

  test('does not wait for a chain that was too slow before its last step', () => {
    const window = create(['a', 'b', 'c'])
    feed(window, [
      [0, 'a'],
      [10, 'a'],
      [within + 1, 'b'],
    ])
    assert.equal(window.deadline, start + within + 10)
  })

  test('follows no more starts than its limit, the earliest ones', () => {
    const condition = sequence(['a', 'b', 'c'], undefined, true)
    const matchers = ['a', 'b', 'c'].map((literal) => compileMatch(contains(literal)))
    const window = new MissingStepWindow(condition, { matchers, unless: undefined }, 3)
    for (let index = 0; index < 50; index++) window.add(sample(start + index, index))
    assert.equal(JSON.parse(JSON.stringify(window.save())).starts.length, 2 * 3)
    window.add(sample(start + within + 2, 50, 'b'))
    assert.equal(window.deadline, start + within + 2)
  })
})
