import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  isOver,
  occurred,
  recovered,
  settled,
  settlesAt,
  type Thread,
  without,
} from '../../src/alerts/thread.ts'
import { type Duration, type Instant, instant, seconds } from '../../src/engine/time.ts'
import { closing, firing, later, start } from './messages.ts'

const minute = seconds(60)
const hour = seconds(3_600)

/** What waits, in short: status and how often. */
const waiting = ({ waiting: list }: Thread) => list.map(({ status, times }) => `${status} ${times}`)

const happened = (
  thread: Thread | undefined,
  number: number,
  now: Instant = later(seconds(60 * (number - 1))),
  more: { inFlight?: string; repeatInterval?: Duration } = {},
) => occurred(thread, { message: firing(number), now, repeatInterval: hour, ...more })

/** Everything that waits is delivered. */
const delivered = (thread: Thread): Thread =>
  thread.waiting.reduce((rest, { id }) => without(rest, id), thread)

test('what happens first is told at once', () => {
  const thread = happened(undefined, 1)
  assert.deepEqual(waiting(thread), ['firing 1'])
  assert.equal(settlesAt(thread, hour), undefined)
})

test('repeats within the interval become one alert with a count when it is over', () => {
  let thread = delivered(happened(undefined, 1))
  for (const number of [2, 3, 4]) thread = happened(thread, number)
  assert.deepEqual(waiting(thread), [])
  assert.equal(settlesAt(thread, hour), later(hour))
  assert.deepEqual(waiting(settled(thread, hour, instant(later(hour) - 1))), [])
  const told = settled(thread, hour, later(hour))
  assert.deepEqual(waiting(told), ['firing 3'])
  const [message] = told.waiting
  assert.equal(message?.since, firing(2).time)
  assert.equal(message?.time, firing(4).time)
  // The next interval begins with it.
  assert.deepEqual(waiting(happened(delivered(told), 5, later(hour))), [])
})

test('what was told and not delivered yet grows by what is repeated', () => {
  const thread = happened(happened(undefined, 1), 2)
  assert.deepEqual(waiting(thread), ['firing 2'])
  assert.equal(thread.waiting[0]?.since, firing(1).time)
})

test('what is being sent stays as it is', () => {
  const thread = happened(undefined, 1)
  const next = happened(thread, 2, undefined, { inFlight: thread.waiting[0]?.id ?? '' })
  assert.deepEqual(waiting(next), ['firing 1'])
  assert.deepEqual(waiting(settled(next, hour, later(hour))), ['firing 1', 'firing 1'])
})

test('without an interval everything is told for itself', () => {
  const more = { repeatInterval: seconds(0) }
  const thread = happened(happened(undefined, 1, start, more), 2, start, more)
  assert.deepEqual(waiting(thread), ['firing 1', 'firing 1'])
})

test('the same decision is taken once', () => {
  const thread = happened(undefined, 1)
  assert.equal(happened(thread, 1), thread)
})

test('the recovery follows, and says how often it happened since', () => {
  let thread = delivered(happened(undefined, 1))
  thread = happened(happened(thread, 2), 3)
  thread = recovered(thread, closing(3, later(hour)))
  assert.deepEqual(waiting(thread), ['recovered 2'])
  assert.equal(recovered(thread, closing(3, later(hour))), thread, 'once')
  assert.ok(isOver(delivered(thread), hour, later(hour)))
})

test('after a recovery it is a new incident, which is told at once', () => {
  const thread = delivered(recovered(delivered(happened(undefined, 1)), closing(1, later(minute))))
  assert.deepEqual(waiting(happened(thread, 2)), ['firing 1'])
})

test('a recovery that nobody was told of before it broke again is not told', () => {
  const thread = recovered(happened(undefined, 1), closing(1, later(minute)))
  assert.deepEqual(waiting(thread), ['firing 1', 'recovered 0'])
  assert.deepEqual(waiting(happened(thread, 2)), ['firing 2'])
  const told = recovered(delivered(happened(undefined, 1)), closing(1, later(minute)))
  const again = happened(told, 2)
  assert.deepEqual(waiting(again), [])
  assert.deepEqual(waiting(settled(again, hour, later(hour))), ['firing 1'])
})

test('an incident that nobody closes is forgotten after a day', () => {
  const thread = delivered(happened(undefined, 1))
  assert.ok(!isOver(thread, hour, later(hour)))
  assert.ok(isOver(thread, hour, later(seconds(24 * 3_600))))
  assert.ok(!isOver(happened(undefined, 1), hour, later(seconds(24 * 3_600))), 'not what waits')
})

test('whatever comes, every occurrence is told exactly once, and the last word is right', () => {
  const step = fc.constantFrom('happens', 'happens', 'recovers', 'delivers', 'begins', 'passes' as const)
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.constantFrom(0, 1, 10), (steps, minutes) => {
      const repeatInterval = seconds(60 * minutes)
      let thread: Thread | undefined
      let now = start
      let happenings = 0
      let broken = false
      let inFlight: string | undefined
      const heard: { status: string; times: number }[] = []
      const deliver = (id: string | undefined): void => {
        const message = thread?.waiting.find((one) => one.id === id)
        if (thread === undefined || message === undefined) return
        heard.push(message)
        thread = without(thread, message.id)
        inFlight = undefined
      }
      for (const one of steps) {
        now = instant(now + seconds(7))
        if (thread !== undefined) thread = settled(thread, repeatInterval, now)
        if (one === 'happens') {
          broken = true
          thread = occurred(thread, { message: firing(++happenings), now, repeatInterval, inFlight })
        }
        if (one === 'recovers' && broken && thread !== undefined) {
          broken = false
          thread = recovered(thread, closing(happenings, now))
        }
        if (one === 'begins') inFlight = thread?.waiting[0]?.id
        if (one === 'delivers') deliver(inFlight ?? thread?.waiting[0]?.id)
        if (one === 'passes') now = instant(now + seconds(300))
        if (thread !== undefined && minutes > 0) assert.ok(thread.waiting.length <= 4)
      }
      if (thread === undefined) return
      thread = settled(thread, repeatInterval, instant(now + repeatInterval))
      while (thread.waiting.length > 0) deliver(thread.waiting[0]?.id)
      assert.equal(
        heard.reduce((sum, { times }) => sum + times, 0),
        happenings,
      )
      assert.equal(heard.at(-1)?.status, broken ? 'firing' : 'recovered')
    }),
    { numRuns: 2_000 },
  )
})
