import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { until } from '../lab/until.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))
const program = join(project, 'dist/cli/watchdog.js')
const kills = 200
/** The rule `all` comes true by exactly so many lines. */
const total = 9_000

test(`${kills} deaths by kill -9 lose no line, count none twice, and begin no action twice`, {
  timeout: 280_000,
}, async (t) => {
  if (!existsSync(program)) execFileSync('npm', ['run', 'build'], { cwd: project })
  const folder = mkdtempSync(join(tmpdir(), 'kill-'))
  let running: ChildProcess | undefined
  t.after(async () => {
    if (running?.exitCode === null && running.signalCode === null) {
      running.kill('SIGKILL')
      await once(running, 'exit')
    }
    rmSync(folder, { recursive: true, force: true })
  })
  const path = (name: string) => join(folder, name)
  writeFileSync(path('log'), '')
  writeFileSync(path('acted'), '')
  writeFileSync(
    path('rules.yaml'),
    `version: 1
sources: { log: { file: ${path('log')} } }
rules:
  all:
    source: log
    match: 'line '
    threshold: { count: ${total}, within: 1d }
    then: [{ command: [/bin/true] }]
    mode: simulate
  some:
    source: log
    match: { regex: 'line (?P<number>\\d*[05]0)$' }
    group_by: number
    threshold: { count: 1, within: 1s }
    then: [{ command: [/bin/sh, -c, 'echo "$1" >>${path('acted')}', sh, '{number}'] }]
    cooldown: 1us
`,
  )

  let written = 0
  let output = ''
  const write = (count: number): void => {
    const lines = Array.from({ length: count }, () => `line ${++written}\n`)
    appendFileSync(path('log'), lines.join(''))
  }
  const start = (): ChildProcess => {
    const args = [
      program,
      '--rules',
      path('rules.yaml'),
      '--state-dir',
      path('state'),
      '--log-format',
      'json',
    ]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    running = child
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    return child
  }
  const decided = (rule: string) =>
    output
      .split('\n')
      .filter((line) => line.includes('"type":"decision"') && line.includes(`"rule":"${rule}"`))

  const first = start()
  await until('the first watch', () => output.includes('"watching"'))
  write(1)
  await until('the first snapshot', () => existsSync(path('state/state.json')))
  first.kill('SIGKILL')
  await once(first, 'exit')

  for (let turn = 0; turn < kills; turn++) {
    output = output.slice(-20_000)
    const watchingSoFar = output.length
    const child = start()
    const ended = once(child, 'exit')
    // Half of them die at any time from their start on, half a little after they have begun to watch.
    if (turn % 2 === 0) await until('the watch', () => output.slice(watchingSoFar).includes('"watching"'))
    const lifeMs = Math.random() * (turn % 2 === 0 ? 250 : 500)
    const end = performance.now() + lifeMs
    while (performance.now() < end) {
      if (written < total - 100) write(1 + Math.floor(Math.random() * 8))
      await sleep(2)
    }
    child.kill('SIGKILL')
    await ended
    assert.deepEqual(decided('all'), [], `counted twice by turn ${turn}`)
  }

  start()
  write(total - 1 - written)
  const seen = (number: number) => readFileSync(path('acted'), 'utf8').split('\n').includes(String(number))
  await until('the last action', () => seen(total - 50))
  assert.deepEqual(decided('all'), [])
  write(1)
  await until('the last line to count', () => decided('all').length === 1, 30_000)
  assert.match(decided('all').join(), new RegExp(`"count":${total}`))
  const acted = readFileSync(path('acted'), 'utf8').split('\n').filter(Boolean)
  assert.deepEqual(acted.length, new Set(acted).size, 'an action was begun twice')
  assert.ok(acted.length > total / 50 / 10, `only ${acted.length} actions`)
})
