/**
 * A log that grows by 20 000 lines a second, followed by the built watchdog: is a line lost, and how long does it take from
 * the writing of a line to the decision? The first argument is the number of seconds, 60 unless given.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { environment } from './timing.ts'

const program = fileURLToPath(new URL('../../dist/cli/watchdog.js', import.meta.url))
const seconds = Number(process.argv[2] ?? 60)
const perTick = 100
const tickMs = 5
const folder = mkdtempSync(join(tmpdir(), 'watchdog-bench-'))
const log = join(folder, 'app.log')
const rules = join(folder, 'rules.yaml')
const output = join(folder, 'decisions')
writeFileSync(log, '')
writeFileSync(
  rules,
  `version: 1
sources: { log: { file: ${log} } }
rules:
  every:
    source: log
    match: { regex: 'marked (?P<at>\\d+)' }
    group_by: at
    threshold: { count: 1, within: 1s }
    max_keys: 1000
    cooldown: 1us
    mode: simulate
    then: [{ command: [/bin/true] }]
`,
)
const sink = openSync(output, 'w')
const watchdog = spawn(process.execPath, [program, 'run', '--rules', rules, '--log-format', 'json'], {
  env: environment,
  stdio: ['ignore', sink, 'inherit'],
})
while (!readFileSync(output, 'utf8').includes('"watching"')) await setTimeout(20)

/** Of marked lines, when they were written: one in every tick. */
const marked: number[] = []
const fd = openSync(log, 'a')
const began = performance.now()
for (let tick = 0; tick < (seconds * 1_000) / tickMs; tick++) {
  await setTimeout(Math.max(0, began + tick * tickMs - performance.now()))
  const at = Math.round((performance.timeOrigin + performance.now()) * 1_000)
  marked.push(at)
  const lines = Array.from(
    { length: perTick - 1 },
    (_, index) => `line ${tick} ${index} of a busy program, with some text behind\n`,
  )
  writeSync(fd, `${lines.join('')}marked ${at}\n`)
}
closeSync(fd)
const took = (performance.now() - began) / 1_000
const decisions = (): readonly string[] =>
  readFileSync(output, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"type":"decision"'))
const deadline = performance.now() + 10_000
while (decisions().length < marked.length && performance.now() < deadline) await setTimeout(200)
const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${watchdog.pid}/status`, 'utf8'))?.[1]
watchdog.kill('SIGTERM')
await once(watchdog, 'exit')

const delays = decisions()
  .map((line) => {
    const { time, key } = JSON.parse(line) as { time: string; key: { at: string } }
    return Date.parse(time) - Number(key.at) / 1_000
  })
  .sort((a, b) => a - b)
const at = (share: number): string => (delays[Math.floor(delays.length * share)] ?? Number.NaN).toFixed(1)
const isMet = delays.length === marked.length && Number(at(0.99)) <= 20
console.log(
  `${Math.round((marked.length * perTick) / took)} lines/s for ${took.toFixed(0)} s: ${delays.length} of ${marked.length} marked lines decided; ` +
    `from write to decision median ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(0.99999)} ms; ${Math.round(Number(resident) / 1_024)} MiB resident`,
)
console.log(`target: none lost, p99 at most 20 ms: ${isMet ? 'met' : 'missed'}`)
rmSync(folder, { recursive: true })
if (!isMet) process.exitCode = 1
