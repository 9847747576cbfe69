/** What a matching event costs, by the number of keys and the size of windows; and what many keys take in memory. */

import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { createEngine } from '../../src/engine/engine.ts'
import { seconds } from '../../src/engine/time.ts'
import { testEvent, testRule } from '../engine/histories.ts'

const start = 1_779_000_000_000_000
const text = 'a worker exited'
/** Until the code is compiled, and the evidence log as full as it gets. */
const warmUp = 400_000
const events = 600_000
const command = { kind: 'command', argv: ['/bin/true'], timeout: seconds(1) } as const

const ruleOf = (count: number) =>
  testRule({
    name: 'bench',
    groupBy: ['worker'],
    condition: { kind: 'threshold', count, within: seconds(3_600) },
    actions: [command],
    mode: 'simulate',
  })

/** Events per second; the window is always full and never true. */
function speed(keys: number, windowEvents: number): number {
  const engine = createEngine([ruleOf(windowEvents)])
  const fields = Array.from({ length: keys }, (_, index) => new Map([['worker', String(index)]]))
  const spacing = Math.ceil((3_600_000_000 / keys / (windowEvents - 1)) * 1.05)
  const none = new Map<string, string>()
  const feed = (from: number, to: number): void => {
    for (let index = from; index < to; index++) {
      engine.handle(testEvent(start + index * spacing, text, { fields: fields[index % keys] ?? none }))
    }
  }
  feed(0, warmUp)
  const began = performance.now()
  feed(warmUp, warmUp + events)
  return (events / (performance.now() - began)) * 1_000
}

function measureSpeed(): boolean {
  speed(100, 100)
  const rows: { keys: number; window: number; perSecond: number }[] = []
  for (const window of [10, 10_000]) {
    for (const keys of [1, 100, 10_000]) {
      const runs = [speed(keys, window), speed(keys, window), speed(keys, window)].sort((a, b) => a - b)
      rows.push({ keys, window, perSecond: runs[1] ?? 0 })
    }
  }
  for (const { keys, window, perSecond } of rows) {
    console.log(
      `${String(keys).padStart(7)} keys, windows of ${String(window).padStart(6)}: ${Math.round(perSecond).toLocaleString('en').padStart(10)} events/s`,
    )
  }
  const ratio =
    Math.max(...rows.map(({ perSecond }) => perSecond)) / Math.min(...rows.map(({ perSecond }) => perSecond))
  console.log(`fastest to slowest ${ratio.toFixed(2)}; target: below 3: ${ratio < 3 ? 'met' : 'missed'}`)
  return ratio < 3
}

const isFast = measureSpeed()
// In a process of its own, as a user runs it: what the events above took is not given back.
const built = join(tmpdir(), 'watchdog-bench-engine-memory.mjs')
buildSync({
  entryPoints: [fileURLToPath(import.meta.resolve('./engine-memory.ts'))],
  outfile: built,
  bundle: true,
  format: 'esm',
  platform: 'node',
})
const memory = spawnSync(process.execPath, ['--expose-gc', built], { stdio: 'inherit' })
if (!isFast || memory.status !== 0) process.exitCode = 1
