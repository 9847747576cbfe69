/** Histories for windows: events at treacherous times, looks from later times, clears, and restarts; and their comparison with a model. */

import assert from 'node:assert/strict'
import fc from 'fast-check'
import { type Instant, instant } from '../../../src/engine/time.ts'
import type { CreateWindow } from '../../../src/engine/windows/compile-condition.ts'
import type { Sample, Showing, Window } from '../../../src/engine/windows/window.ts'

/** `wait` is the time since the step before, in µs. */
export type Step =
  | {
      readonly do: 'add'
      readonly wait: number
      readonly late: number
      readonly text: string
      /** Of the field `value`; absent when undefined. */
      readonly value: string | undefined
    }
  /** Only time passes. */
  | { readonly do: 'look'; readonly wait: number }
  | { readonly do: 'clear'; readonly wait: number }
  /** The window is saved as JSON, and another one goes on from there. */
  | { readonly do: 'restart'; readonly wait: number }

export type History = readonly Step[]

/** A window as anybody would write it who had all the time and memory in the world. */
export interface Model {
  add(sample: Sample): void
  isTrue(at: number): boolean
  clear(at: number): void
  /** Compared while the condition is true as seen from the latest event. */
  show(): Showing
  deadline?(): number | undefined
}

export const start = instant(1_779_000_000_000_000)

export const sample = (at: number, evidence = 0, text = 'a', value?: string): Sample => ({
  at: instant(at),
  evidence,
  event: { text, fields: new Map(value === undefined ? [] : [['value', value]]) },
  captures: new Map(),
})

/** Lengths, and those beside them by 1 µs. */
const edges = (lengths: readonly number[]): number[] =>
  lengths.flatMap((length) => [Math.max(0, length - 1), length, length + 1])

interface Shape {
  /** Lengths that matter to the condition, in µs. */
  readonly lengths: readonly number[]
  /** How late events may come, in µs. */
  readonly lateness?: number
  readonly texts?: readonly string[]
  readonly values?: readonly (string | undefined)[]
}

export function histories({
  lengths,
  lateness = 0,
  texts = ['a'],
  values = [undefined],
}: Shape): fc.Arbitrary<History> {
  const longest = Math.max(...lengths)
  const wait = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(0, 0, 1) },
    {
      weight: 3,
      arbitrary: fc.constantFrom(...edges(lengths), ...edges(lengths.map((l) => Math.floor(l / 3)))),
    },
    { weight: 3, arbitrary: fc.integer({ min: 0, max: longest }) },
    { weight: 2, arbitrary: fc.integer({ min: 0, max: Math.ceil(longest / 10) }) },
    { weight: 1, arbitrary: fc.constant(longest * 3) },
  )
  const late =
    lateness === 0
      ? fc.constant(0)
      : fc.oneof(
          { weight: 3, arbitrary: fc.constant(0) },
          { weight: 1, arbitrary: fc.constantFrom(1, lateness - 1, lateness) },
          { weight: 1, arbitrary: fc.integer({ min: 0, max: lateness }) },
        )
  const add = fc.record({
    do: fc.constant('add' as const),
    wait,
    late,
    text: fc.constantFrom(...texts),
    value: fc.constantFrom(...values),
  })
  const other = (what: 'look' | 'clear' | 'restart') => fc.record({ do: fc.constant(what), wait })
  return fc.array(
    fc.oneof(
      { weight: 20, arbitrary: add },
      { weight: 2, arbitrary: other('look') },
      { weight: 1, arbitrary: other('clear') },
      { weight: 1, arbitrary: other('restart') },
    ),
    { maxLength: 40, size: 'max' },
  )
}

/** Plays the history to both, and compares what they say after every step. Returns how often they said yes. */
export function compare(create: CreateWindow, model: Model, history: History, lookAhead: number): number {
  let window = create(start)
  let now: number = start
  let latest: number = start
  let yes = 0
  for (const [index, step] of history.entries()) {
    now += step.wait
    switch (step.do) {
      case 'add': {
        const event = sample(now - step.late, index, step.text, step.value)
        latest = Math.max(latest, event.at)
        window.add(event)
        model.add(event)
        break
      }
      case 'clear':
        window.clear(instant(now))
        model.clear(now)
        latest = now
        break
      case 'restart':
        window = restarted(window, create)
        break
      case 'look':
        break
    }
    // Not in order of time: looking from a later time must not make a window forget.
    for (const at of [now + lookAhead + 1, latest, now, now + lookAhead, now - 1]) {
      const expected = model.isTrue(at)
      if (expected) yes++
      assert.equal(window.isTrue(instant(at)), expected, `step ${index}, seen from ${at - now} µs after it`)
    }
    assert.equal(window.deadline, model.deadline?.(), `step ${index}: deadline`)
    if (model.isTrue(start)) {
      const shown = window.show()
      assert.deepEqual(shown, model.show(), `step ${index}: showing`)
      assertLatest(window, shown, `step ${index}: the latest`)
    }
  }
  return yes
}

/** What is told of the events one by one begins and ends with what `show` says, however many are asked for. */
function assertLatest(window: Window, { count, first, last }: Showing, message: string): void {
  const latest = window.latest?.(count) ?? []
  if (latest.length === 0) return
  assert.deepEqual([latest.length, latest[0], latest.at(-1)], [count, first, last], message)
  assert.deepEqual(window.latest?.(2), latest.slice(-2), message)
}

export function restarted(window: Window, create: CreateWindow, since: Instant = start): Window {
  const saved: unknown = JSON.parse(JSON.stringify(window.save()))
  const fresh = create(since)
  assert.ok(fresh.restore(saved), 'a window did not take back what it saved')
  assert.deepEqual(fresh.save(), saved)
  return fresh
}
