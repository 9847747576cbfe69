import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createEngine } from '../../../src/engine/engine.ts'
import type { LogEvent } from '../../../src/engine/event.ts'
import type { Rule } from '../../../src/engine/rule.ts'
import { seconds } from '../../../src/engine/time.ts'
import { unitMessageSource } from '../../../src/platform/systemd/unit-message.ts'
import { decisionWord } from '../../../src/report/decision-words.ts'
import { replay } from '../../../src/run/replay.ts'
import { RecordedUnits } from '../../../src/run/units/recorded-units.ts'
import type { Batch } from '../../../src/sources/source.ts'
import { start, testEvent, testRule } from '../../engine/histories.ts'

const ids = {
  started: '39f53479d3a045ac8e11786248231fbf',
  stopping: 'de5b426a63be47a7b6ac3eaac82e2f6f',
  stopped: '9d1aaa27d60140bd96365438aad20286',
}
const at = (time: number): number => start + time * 1_000_000
const death = (time: number): LogEvent => testEvent(at(time))
/** Of systemd about a job of the unit. */
const says = (time: number, kind: keyof typeof ids, job: number, jobType: string): LogEvent =>
  testEvent(at(time), kind, {
    source: unitMessageSource,
    fields: new Map([
      ['UNIT', 'site.service'],
      ['MESSAGE_ID', ids[kind]],
      ['JOB_ID', `${job}`],
      ['JOB_TYPE', jobType],
      ['INVOCATION_ID', kind === 'started' ? `after ${job}` : `before ${job}`],
    ]),
  })
const restart = (from: number, to: number, job: number): readonly LogEvent[] => [
  says(from, 'stopping', job, 'stop'),
  says(to - 0.1, 'stopped', job, 'restart'),
  says(to, 'started', job, 'start'),
]

/** The second death within 5 s restarts the unit. */
const churn = (more: Partial<Rule> = {}): Rule =>
  testRule({
    name: 'churn',
    condition: { kind: 'threshold', count: 2, within: seconds(5) },
    cooldown: seconds(2),
    grace: seconds(4),
    ...more,
  })

async function* batchesOf(events: readonly LogEvent[], size: number): AsyncGenerator<Batch> {
  for (let from = 0; from < events.length; from += size) {
    yield { events: events.slice(from, from + size), notices: [], position: null }
  }
}

/** What is decided, as `TIME WORD`, the same however the log comes. */
async function decided(rule: Rule, ...log: readonly (LogEvent | readonly LogEvent[])[]): Promise<string[]> {
  const events = log.flat().sort((one, other) => one.at - other.at)
  const results: string[][] = []
  for (const size of [1, 3, events.length]) {
    const told: string[] = []
    const ignore = () => undefined
    const observer = {
      cooldownEnd: ignore,
      closed: ignore,
      grace: ignore,
      deaf: ignore,
      notice: ignore,
      decision: (decision: Parameters<typeof decisionWord>[0] & { readonly at: number }) =>
        told.push(`${(decision.at - start) / 1_000_000} ${decisionWord(decision)}`),
    }
    const units = new RecordedUnits()
    const totals = await replay(createEngine([rule]), batchesOf(events, size), observer, { units })
    assert.equal(totals.events, events.filter(({ source }) => source !== unitMessageSource).length)
    results.push(told)
  }
  const [first = []] = results
  for (const other of results) assert.deepEqual(other, first)
  return first
}

describe('a replay of a journal that tells of the units', () => {
  test('ignores events until the job has ended that did what was decided', async () => {
    const deaths = [10, 11, 16, 17, 21, 22].map(death)
    assert.deepEqual(await decided(churn(), deaths), ['11 act', '17 act', '22 act'])
    assert.deepEqual(await decided(churn(), deaths, restart(11.2, 20, 1)), ['11 act', '22 act'])
  })

  test('takes a restart that nothing was decided before for that of somebody else', async () => {
    const deaths = [10, 11, 24, 25, 27.5, 28.5].map(death)
    assert.deepEqual(await decided(churn(), deaths, restart(11.2, 12, 1)), ['11 act', '25 act', '28.5 act'])
    assert.deepEqual(await decided(churn(), deaths, restart(11.2, 12, 1), restart(22, 23, 2)), [
      '11 act',
      '28.5 act',
    ])
  })

  test('leaves a unit alone that was stopped, be it before the log begins', async () => {
    const stop = (time: number) => [says(time, 'stopping', 1, 'stop'), says(time + 1, 'stopped', 1, 'stop')]
    const deaths = [10, 11, 20, 21].map(death)
    assert.deepEqual(await decided(churn(), stop(-50), deaths), ['11 stopped', '21 stopped'])
    assert.deepEqual(await decided(churn(), stop(12), deaths), ['11 act', '21 stopped'])
    assert.deepEqual(await decided(churn(), stop(12), says(15, 'started', 2, 'start'), deaths), [
      '11 act',
      '21 act',
    ])
  })

  test('begins with its first event, whatever systemd said before', async () => {
    const silence = churn({ condition: { kind: 'absence', for: seconds(60) }, lateness: seconds(0) })
    assert.deepEqual(await decided(silence, says(-50, 'started', 1, 'start'), death(0), death(70)), [
      '60 act',
    ])
  })

  test('holds few events, however many there are', async () => {
    const units = new RecordedUnits()
    let read = 0
    async function* flood(): AsyncGenerator<Batch> {
      yield { events: [says(0, 'stopping', 1, 'stop')], notices: [], position: null }
      for (; read < 60_000; read += 100) {
        const events = Array.from({ length: 100 }, (_, index) => death(1 + (read + index) / 1_000_000))
        yield { events, notices: [], position: null }
      }
    }
    let delivered = 0
    let most = 0
    for await (const { events } of units.read(flood())) {
      most = Math.max(most, read - delivered)
      delivered += events.length
    }
    assert.equal(delivered, 60_000)
    assert.ok(most < 21_000, `${most} events were held`)
  })
})
