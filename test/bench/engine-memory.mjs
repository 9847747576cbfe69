/** What 100 000 keys of 10 events take in the built engine, under the heap settings of `watchdog run`. */

import { createEngine } from '../../dist/engine/engine.js'
import { keepHeapSmall } from '../../dist/platform/heap.js'

const limit = 150
const second = 1_000_000
const start = 1_779_000_000 * second
const keys = 100_000

keepHeapSmall()
const engine = createEngine([
  {
    name: 'bench',
    hash: '',
    sources: ['site'],
    match: { kind: 'contains', literal: 'worker', ignoreCase: false },
    groupBy: ['worker'],
    maxKeys: keys,
    condition: { kind: 'threshold', count: 20, within: 3_600 * second },
    actions: [{ kind: 'command', argv: ['/bin/true'], timeout: second }],
    units: [],
    allowCritical: [],
    cooldown: 30 * second,
    grace: 30 * second,
    maxAge: 300 * second,
    lateness: 2 * second,
    mode: 'enforce',
  },
])
for (let index = 0; index < 10 * keys; index++) {
  const fields = new Map([['worker', String(index % keys)]])
  const at = start + index * 100
  engine.handle({
    kind: 'event',
    source: 'site',
    at,
    text: 'a worker exited',
    fields,
    position: `log:${index}`,
  })
}
const resident = () => process.memoryUsage.rss() / (1 << 20)
const peak = process.resourceUsage().maxRSS / 1_024
globalThis.gc?.()
const held = resident()
const [{ keys: live } = {}] = engine.status().rules
console.log(
  `${live} keys of 10 events: ${Math.round(held)} MiB resident, ${Math.round(peak)} at most; target: below ${limit}: ${held < limit ? 'met' : 'missed'}`,
)
if (held >= limit || live !== keys) process.exitCode = 1
