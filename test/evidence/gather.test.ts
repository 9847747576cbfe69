import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { gather } from '../../src/evidence/gather.ts'
import type { Question } from '../../src/evidence/plan.ts'

const asking = (questions: readonly Question[], withinMs: number, signal = new AbortController().signal) =>
  gather({
    questions,
    withinMs,
    environment: new Map([['PATH', process.env['PATH'] ?? '']]),
    input: '{"rule":"churn"}\n',
    controlGroup: async () => '',
    signal,
  })
const command = (...argv: readonly string[]): Question => ({ kind: 'command', title: argv.join(' '), argv })

describe('what programs say before an action', () => {
  test('is kept in the order of the questions, with how each ended', async () => {
    const parts = await asking(
      [
        command('sh', '-c', 'sleep 0.2; echo slow'),
        command('cat'),
        command('sh', '-c', 'echo not running; exit 3'),
        command('false'),
        command('/no/such/program'),
        command('sh', '-c', 'kill -9 $$'),
      ],
      20_000,
    )
    assert.deepEqual(
      parts.map(({ end, why, text }) => [end, why, text]),
      [
        ['whole', undefined, 'slow\n'],
        ['whole', undefined, '{"rule":"churn"}\n'],
        ['whole', undefined, 'not running\n'],
        ['failed', 'exit status 1', ''],
        ['failed', 'it could not be started: ENOENT', ''],
        ['failed', 'ended by SIGKILL', ''],
      ],
    )
  })

  test('is not waited for longer than allowed, and what was said by then is kept', async () => {
    const began = performance.now()
    const stubborn = 'trap "" TERM; echo begun; while :; do sleep 1; done'
    const parts = await asking([command('sh', '-c', stubborn), command('echo', 'quick')], 2_000)
    const took = performance.now() - began
    assert.ok(took < 20_000, `took ${took} ms`)
    assert.deepEqual(
      parts.map(({ end, text }) => [end, text]),
      [
        ['late', 'begun\n'],
        ['whole', 'quick\n'],
      ],
    )
  })

  test('is not waited for at all when the watchdog ends', async () => {
    const began = performance.now()
    const [part] = await asking([command('sleep', '5')], 60_000, AbortSignal.abort())
    assert.ok(performance.now() - began < 20_000)
    assert.equal(part?.end, 'late')
  })

  test('is bounded: of much output the end is kept', async () => {
    const [part] = await asking([command('seq', '100000')], 20_000)
    assert.equal(part?.cut, true)
    assert.equal(part.text.length, 32_768)
    assert.ok(part.text.endsWith('99999\n100000\n'))
  })
})
