/** What 100 000 keys of 10 events take in the built engine, under the heap settings of `watchdog run`. */

import { createEngine } from '../../src/engine/engine.ts'
import { seconds } from '../../src/engine/time.ts'
import { keepHeapSmall } from '../../src/platform/runtime.ts'
import { start, testEvent, testRule } from '../engine/histories.ts'

const limit = 150
const keys = 100_000

keepHeapSmall()
const engine = createEngine([
  testRule({
    name: 'bench',
    groupBy: ['worker'],
    maxKeys: keys,
    condition: { kind: 'threshold', count: 20, within: seconds(3_600) },
  }),
])
for (let index = 0; index < 10 * keys; index++) {
  const fields = new Map([['worker', String(index % keys)]])
  engine.handle(testEvent(start + index * 100, 'a worker exited', { fields, position: `log:${index}` }))
}
const resident = (): number => process.memoryUsage.rss() / (1 << 20)
const peak = process.resourceUsage().maxRSS / 1_024
globalThis.gc?.()
const held = resident()
const [{ keys: live } = { keys: 0 }] = engine.status().rules
console.log(
  `${live} keys of 10 events: ${Math.round(held)} MiB resident, ${Math.round(peak)} at most; target: below ${limit}: ${held < limit ? 'met' : 'missed'}`,
)
if (held >= limit || live !== keys) process.exitCode = 1
