import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createEngine } from '../../src/engine/engine.ts'
import type { Input } from '../../src/engine/input.ts'
import type { Rule } from '../../src/engine/rule.ts'
import { instant, microseconds, seconds } from '../../src/engine/time.ts'
import { decisionWord } from '../../src/report/decision-words.ts'
import { start, testEvent, testRule } from './histories.ts'

const at = (time: number) => instant(start + time * 1_000_000)
const beat = (time: number): Input => testEvent(at(time))
const tick = (time: number): Input => ({ kind: 'tick', at: at(time) })
const unit = (time: number, stopped: boolean): Input => ({
  kind: 'unit',
  at: at(time),
  unit: 'site.service',
  stopped,
  running: !stopped,
})
const heartbeat = (more: Partial<Rule> = {}): Rule =>
  testRule({
    name: 'heartbeat',
    condition: { kind: 'absence', for: seconds(10) },
    cooldown: seconds(5),
    lateness: seconds(0),
    ...more,
  })

/** What is decided, as `time: decision`; every action ends at once. */
function play(rule: Rule, inputs: readonly Input[]): string[] {
  const engine = createEngine([rule])
  const told: string[] = []
  const handle = (input: Input): void => {
    for (const output of engine.handle(input)) {
      if (output.kind !== 'act' && output.kind !== 'hold') continue
      told.push(`${(output.at - start) / 1_000_000}: ${decisionWord(output)}`)
      if (output.kind === 'act') handle({ kind: 'outcome', at: output.at, decision: output.id, attempts: [] })
    }
  }
  for (const input of inputs) handle(input)
  return told
}

describe('a silence that was held back', () => {
  test('is acted upon when the pause has ended by itself', () => {
    const pause: Input = { kind: 'pause', at: at(1), subject: 'heartbeat', until: at(25) }
    assert.deepEqual(play(heartbeat(), [beat(0), pause, tick(20), tick(30), tick(34)]), [
      '10: paused',
      '30: act',
    ])
  })

  test('is tried again half-open, though no event comes', () => {
    const budget = { actions: 1, per: seconds(1_000), escalation: [], halfOpen: seconds(50) }
    assert.deepEqual(
      play(
        heartbeat({ budget }),
        [0, 10, 15, 25, 35, 45, 55, 65, 74, 75].map((time) => (time === 0 ? beat(0) : tick(time))),
      ),
      ['10: act', '25: budget', '75: act'],
    )
  })

  test('is acted upon at the time of that, so that the cooldown follows the action', () => {
    const inputs = [beat(0), unit(5, true), tick(10), tick(20), unit(25, false), tick(30), tick(44), tick(45)]
    assert.deepEqual(play(heartbeat(), inputs), ['10: stopped', '30: act', '45: act'])
  })

  test('is told of again when it was broken by a single event', () => {
    assert.deepEqual(play(heartbeat(), [unit(0, true), beat(1), tick(11), beat(12), tick(30)]), [
      '11: stopped',
      '22: stopped',
    ])
  })
})

test('silence does not outrun the events that still wait to be put in order', () => {
  const rule = heartbeat({ lateness: seconds(2) })
  assert.deepEqual(play(rule, [beat(0), beat(9.5), beat(11.5), tick(30)]), ['21.5: act'])
})

test('a silence is told by the exact times of the events, not by those of a clock read in milliseconds', () => {
  const boot = (time: number) => ({ boot: 'x', at: microseconds(time * 1_000_000) })
  const read = (time: number, rough: number): Input => ({
    kind: 'tick',
    at: instant(at(time) - rough),
    monotonic: boot(time),
  })
  const seen = testEvent(at(1), 'alive', { monotonic: boot(1) })
  const rule = heartbeat({ lateness: seconds(2) })
  const told = play(rule, [read(0, 700), seen, read(2, 999), read(13.01, 300)])
  assert.deepEqual(told, ['11: act'])
})
