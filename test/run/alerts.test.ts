import assert from 'node:assert/strict'
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '../lab/until.ts'
import { answers, type Conduct, HttpReceiver, hangs, takes } from '../support/http-receiver.ts'
import { RunningWatchdog } from './running-watchdog.ts'

const turns = 12
const incidents = 1_000

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

/** Every line `broken N` is an incident of its own; a line `act N` has a file written. */
async function stage(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'alerts-'))
  const path = (name: string): string => join(folder, name)
  const receiver = await HttpReceiver.start(hangs)
  const started: RunningWatchdog[] = []
  t.after(async () => {
    for (const watchdog of started) await watchdog.end('SIGKILL')
    await receiver.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  writeFileSync(path('log'), '')
  writeFileSync(path('acted'), '')
  writeFileSync(path('secret'), 'hunter2\n')
  writeFileSync(
    path('rules.yaml'),
    `version: 1
sources: { log: { file: ${path('log')} } }
alerts:
  ops: { webhook: { url: "${receiver.url}/{secret}", secret_file: ${path('secret')}, timeout: 2s } }
rules:
  broken:
    source: log
    match: { regex: 'broken (?P<number>\\d+)$' }
    group_by: number
    threshold: { count: 1, within: 1s }
    then: [{ alert: ops }]
    cooldown: 1us
  twice:
    source: log
    match: { regex: 'budget (?P<number>\\d+)$' }
    group_by: number
    threshold: { count: 1, within: 1s }
    then: [{ command: [/bin/true] }]
    cooldown: 1us
    budget: { actions: 1, per: 1d, then: [{ command: [/bin/sleep, '0.2'] }, { alert: ops }] }
  act:
    source: log
    match: { regex: 'act (?P<number>\\d+)$' }
    group_by: number
    threshold: { count: 1, within: 1s }
    then: [{ command: [/bin/sh, -c, 'echo >>${path('acted')}'] }]
    cooldown: 1us
`,
  )
  const start = (...more: string[]): RunningWatchdog => {
    const watchdog = new RunningWatchdog('--rules', path('rules.yaml'), ...more)
    started.push(watchdog)
    return watchdog
  }
  const write = (...lines: readonly string[]): void =>
    appendFileSync(path('log'), lines.map((line) => `${line}\n`).join(''))
  const acted = (): number => readFileSync(path('acted'), 'utf8').length
  return { receiver, path, start, write, acted, kept: ['--state-dir', path('state')] }
}

/** Numbers of the incidents that arrived, and the ids of their alerts. */
const arrived = ({ received }: HttpReceiver) =>
  received.map(({ body }): { id: string; cause: string; key: { number: string } } => JSON.parse(body))

test('kill -9 at any moment loses no alert', { timeout: 120_000 }, async (t) => {
  const { receiver, start, write, kept } = await stage(t)
  let written = 0
  const first = await start(...kept).watching()
  await first.end('SIGTERM')
  for (let turn = 0; turn < turns; turn++) {
    const watchdog = await start(...kept).watching()
    const lifeMs = Math.random() * 200
    const end = performance.now() + lifeMs
    while (performance.now() < end) {
      write(`broken ${written++}`, `budget ${turn}`, `budget ${turn}`)
      await sleep(5)
    }
    await watchdog.end('SIGKILL')
  }
  receiver.received.length = 0
  receiver.conduct = takes
  const last = await start(...kept).watching()
  const numbers = () =>
    new Set(arrived(receiver).flatMap(({ cause, key }) => (cause === 'acted' ? [key.number] : [])))
  await until('every incident', () => numbers().size === written, 60_000)
  const gaveUp = (number: number): boolean =>
    arrived(receiver).some(({ cause, key }) => cause === 'given-up' && key.number === String(number))
  // It gives up once: before a death, whose alert must not be lost, or now.
  for (let turn = 0; turn < turns; turn++) {
    await until(`the budget of ${turn}`, () => {
      if (!gaveUp(turn)) write(`budget ${turn}`)
      return gaveUp(turn)
    })
  }
  assert.equal(await last.end('SIGTERM'), 0)
  const told = last.log.map(({ msg }) => msg).join('\n')
  assert.doesNotMatch(told, /hunter2/)
})

/** How long the watchdog takes from a line of the log to the effect of its action, while 1 000 incidents are told of. */
async function latencyAmongIncidents(t: TestContext, conduct: Conduct): Promise<number> {
  const { receiver, start, write, acted, kept } = await stage(t)
  receiver.conduct = conduct
  const watchdog = await start(...kept).watching()
  write(...Array.from({ length: incidents }, (_, number) => `broken ${number}`))
  await until('all on disk', () => watchdog.logged('outcome').length === incidents)
  const found: number[] = []
  for (let time = 0; time < 15; time++) {
    const before = acted()
    const began = performance.now()
    write(`act ${time}`)
    await until('the action', () => acted() > before)
    found.push(performance.now() - began)
  }
  receiver.conduct = takes
  await until('all of them', () => new Set(arrived(receiver).map(({ id }) => id)).size === incidents, 60_000)
  return median(found)
}

test('1 000 alerts that wait for an endpoint that hangs slow no action', { timeout: 200_000 }, async (t) => {
  const taken = await latencyAmongIncidents(t, takes)
  const waiting = await latencyAmongIncidents(t, hangs)
  t.diagnostic(`median ${taken.toFixed(0)} ms when they are taken, ${waiting.toFixed(0)} ms when they wait`)
  assert.ok(waiting < taken * 2 + 50, `${waiting} ms instead of ${taken} ms`)
})

test('without a state directory it is said that alerts are forgotten; the last are delivered at the end', async (t) => {
  const { receiver, path, start, write } = await stage(t)
  receiver.conduct = takes
  const watchdog = await start().watching()
  assert.match(watchdog.logged('alert')[0]?.msg ?? '', /^no state directory: alerts that wait/)
  write('broken 1')
  await until('the decision', () => watchdog.logged('decision').length === 1)
  assert.equal(await watchdog.end('SIGTERM'), 0)
  assert.equal(receiver.received.length, 1)
  assert.ok(!existsSync(path('state')))
})

test('what cannot be delivered when it ends is told of; a secret that is missing at its start, too', async (t) => {
  const { path, start, write, kept } = await stage(t)
  rmSync(path('secret'))
  const watchdog = await start(...kept).watching()
  await until('the warning', () =>
    watchdog.logged('alert').some(({ msg }) => msg?.includes('secret cannot be read')),
  )
  write('broken 1')
  await until('the failure', () =>
    watchdog.logged('alert').some(({ msg }) => msg?.includes('could not be delivered')),
  )
  assert.equal(await watchdog.end('SIGTERM'), 0)
  const last = watchdog.logged('alert').at(-1)?.msg
  assert.equal(last, '1 alert could not be delivered: they are kept until the watchdog starts again')
})

test('an alert that the rule file corrects is delivered at once, and so is what waits', async (t) => {
  const { receiver, path, start, write, kept } = await stage(t)
  receiver.conduct = answers(404)
  const watchdog = await start(...kept).watching()
  write('broken 1')
  await until('the failure', () => receiver.received.length > 0)
  const right = await HttpReceiver.start(takes)
  t.after(() => right.stop())
  const rules = readFileSync(path('rules.yaml'), 'utf8')
  writeFileSync(path('rules.yaml'), rules.replace(receiver.url, right.url))
  await until('the delivery', () => right.received.length === 1)
  assert.match(watchdog.logged('reload').at(-1)?.msg ?? '', /alerts changed: ops/)
})
