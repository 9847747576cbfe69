import assert from 'node:assert/strict'
import { test } from 'node:test'
import { giveLifeSigns } from '../../src/service/life-signs.ts'
import type { Source } from '../../src/sources/source.ts'
import { until } from '../lab/until.ts'

async function* nothing() {
  // There is nothing to read.
}

test('signs of life stop while a source is stalled, which is told once', async () => {
  const stop = new AbortController()
  const told: string[] = []
  let why: string | undefined
  const fine: Source = { name: 'fine', read: nothing }
  const stalling: Source = { name: 'stalling', read: nothing, stall: async () => why }
  const ended = giveLifeSigns({
    notifier: {
      keepAliveMs: 5,
      tell: async (...assignments) => {
        told.push(...assignments)
      },
    },
    sources: () => [fine, stalling],
    onStall: (stalls) => told.push(`stalled: ${stalls.join()}`),
    signal: stop.signal,
  })
  const signs = () => told.filter((one) => one === 'WATCHDOG=1').length
  await until('signs of life', () => signs() >= 3)

  why = 'it hangs'
  await until('the stall', () => told.includes('stalled: it hangs'))
  const before = signs()
  let looks = 0
  stalling.stall = async () => {
    looks++
    return why
  }
  await until('more looks', () => looks > 3)
  assert.equal(signs(), before)

  why = undefined
  await until('signs of life again', () => signs() > before + 2)
  assert.deepEqual(
    told.filter((one) => one !== 'WATCHDOG=1'),
    ['stalled: it hangs', 'stalled: '],
  )
  stop.abort()
  await ended
})

test('nobody is told where no signs of life are wanted', async () => {
  const tell = () => assert.fail('told')
  const { signal } = new AbortController()
  await giveLifeSigns({
    notifier: { keepAliveMs: undefined, tell },
    sources: () => [],
    onStall: tell,
    signal,
  })
})
