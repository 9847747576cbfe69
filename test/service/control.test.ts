/** Operators and a running watchdog: the built program, its control socket and its commands. */

import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { until } from '../lab/until.ts'
import { RunningWatchdog } from '../run/running-watchdog.ts'

const directory = mkdtempSync(join(tmpdir(), 'control-'))
const path = (name: string): string => join(directory, name)
const program = fileURLToPath(new URL('../../dist/cli/watchdog.js', import.meta.url))
const [log, rules, socket, acted] = [path('app.log'), path('rules.yaml'), path('control'), path('acted')]

const ruleFile = (more = '', count = 5): string => `version: 1
sources: { app: { file: ${log} } }
rules:
  down:
    source: app
    match: down
    threshold: { count: ${count}, within: 10min }
    then: [{ command: [/bin/sh, -c, 'echo down >>${acted}'] }]
    cooldown: 0s
  by-worker:
    source: app
    match: { regex: 'worker (?P<worker>\\w+) died' }
    group_by: worker
    threshold: { count: 3, within: 10min }
    then: [{ command: [/bin/sh, -c, 'echo "$0" >>${acted}', '{worker}'] }]
${more}`

const ask = (...args: readonly string[]) =>
  execa(process.execPath, [program, ...args, '--control', socket], { reject: false, timeout: 30_000 })
const status = async () => JSON.parse((await ask('status', '--json')).stdout)
const windows = async (rule: string) => {
  const { rules } = await status()
  const { windows } = rules.find(({ name }: { name: string }) => name === rule)
  return windows.map(({ key, count }: { key: object; count: number }) => [Object.values(key).join(), count])
}
const write = (...lines: readonly string[]): void => appendFileSync(log, `${lines.join('\n')}\n`)
const actions = (): readonly string[] => readFileSync(acted, 'utf8').split('\n').slice(0, -1)

let watchdog: RunningWatchdog

before(async () => {
  writeFileSync(log, '')
  writeFileSync(acted, '')
  writeFileSync(rules, ruleFile())
  watchdog = await new RunningWatchdog('--rules', rules, '--control', socket).watching()
})
after(async () => {
  await watchdog.end('SIGTERM')
  rmSync(directory, { recursive: true, force: true })
})

describe('watchdog status', () => {
  test('shows how full each window is, for people and for programs', async () => {
    write('down', 'worker a died', 'worker b died', 'worker a died')
    await until('the lines', async () => (await status()).sources[0].events === 4)
    assert.deepEqual(await windows('down'), [['', 1]])
    assert.deepEqual(await windows('by-worker'), [
      ['a', 2],
      ['b', 1],
    ])
    const { stdout, exitCode } = await ask('status')
    assert.match(stdout, /█{13}░{7} 2\/3 {2}worker=a/)
    assert.match(stdout, /app {2}following, 4 events/)
    assert.equal(exitCode, 0)
  })

  test('says that no watchdog answers', async () => {
    const { stderr, exitCode } = await execa(
      process.execPath,
      [program, 'status', '--control', path('nothing')],
      { reject: false },
    )
    assert.match(stderr, /no watchdog answers at .*nothing; is it running/)
    assert.equal(exitCode, 1)
  })
})

test('only the user of the watchdog may use its socket', () => {
  assert.equal((statSync(socket).mode & 0o777).toString(8), '600')
})

describe('watchdog pause', () => {
  test('lets a rule watch and not act, until it is resumed', async () => {
    assert.equal((await ask('pause', 'down')).exitCode, 0)
    write('down', 'down', 'down', 'down')
    await until('the decision', () =>
      watchdog.log.some((line) => line.msg?.includes('paused by an operator')),
    )
    assert.match((await ask('status')).stdout, /down {2}paused/)
    const { stdout } = await ask('resume', 'down')
    assert.match(stdout, /its windows start again from nothing/)
    write('down')
    await until('the line', async () => (await status()).sources[0].events === 9)
    assert.deepEqual(await windows('down'), [['', 1]])
    assert.deepEqual(actions(), [])
  })

  test('ends by itself', async () => {
    await ask('pause', 'down', '--for', '1s')
    await until('the end', async () => (await status()).rules[0].paused === null)
  })

  test('of what does not exist is refused, and names what does', async () => {
    const { stderr, exitCode } = await ask('pause', 'nothing')
    assert.match(stderr, /no rule or unit nothing; there are down, by-worker/)
    assert.equal(exitCode, 1)
  })
})

describe('watchdog act', () => {
  test('has a rule act as if its condition were true, with the key that it needs', async () => {
    const refused = await ask('act', 'by-worker')
    assert.match(refused.stderr, /by-worker needs its key: worker=VALUE/)
    assert.equal(refused.exitCode, 1)
    const { stdout } = await ask('act', 'by-worker', 'worker=z; rm -rf')
    assert.match(stdout, /by-worker: acting/)
    await until('the action', () => actions().includes('z; rm -rf'))
    const [incident] = (await status()).incidents.slice(-1)
    assert.deepEqual([incident.rule, incident.decision], ['by-worker', 'act'])
    assert.ok(incident.by.length > 0)
  })

  test('keeps to the policy', async () => {
    await ask('pause', 'down')
    const { stderr, exitCode } = await ask('act', 'down')
    assert.match(stderr, /down: paused by an operator/)
    assert.equal(exitCode, 1)
    await ask('resume', 'down')
  })
})

describe('a rule file that changes', () => {
  test('is taken over by itself; windows of rules that are the same go on', async () => {
    assert.deepEqual(
      (await windows('by-worker')).filter(([key]: [string]) => key === 'a'),
      [['a', 2]],
    )
    const more = `  new:
    source: app
    match: brand new
    threshold: { count: 1, within: 1s }
    then: [{ command: [/bin/sh, -c, 'echo new >>${acted}'] }]
    cooldown: 0s
`
    writeFileSync(rules, ruleFile(more, 2))
    await until('the reload', () => watchdog.logged('reload').length === 1)
    assert.match(watchdog.logged('reload')[0]?.msg ?? '', /new: new; changed: down/)
    write('brand new', 'worker a died')
    await until('both rules', () => actions().includes('new') && actions().includes('a'))
  })

  test('and is wrong changes nothing, and says where it is wrong', async () => {
    writeFileSync(rules, ruleFile('  worse: { source: nothing }\n'))
    await until('the refusal', () => watchdog.logged('reload').length === 2)
    assert.match(watchdog.logged('reload')[1]?.msg ?? '', /rules\.yaml:\d+:\d+: error.*nothing/s)
    assert.match((await ask('status')).stdout, /the rule file was refused .* the rules before it go on/)
    write('brand new')
    await until('the old rules', () => actions().filter((word) => word === 'new').length === 2)
    const { exitCode, stderr } = await ask('reload')
    assert.equal(exitCode, 1)
    assert.match(stderr, /refused/)
  })

  test('does not disturb an action that is under way', async () => {
    const slow = (seconds: string): string => `  slow:
    source: app
    match: slow one
    threshold: { count: 1, within: 1s }
    then: [{ command: [/bin/sh, -c, 'while ! test -e ${path('go')}; do sleep 0.05; done'] }]
    cooldown: ${seconds}
`
    writeFileSync(rules, ruleFile(slow('1s')))
    assert.equal((await ask('reload')).exitCode, 0)
    write('slow one')
    await until('the action', async () => (await status()).incidents.at(-1)?.rule === 'slow')
    writeFileSync(rules, ruleFile(slow('2s')))
    assert.match((await ask('reload')).stdout, /changed: slow/)
    writeFileSync(path('go'), '')
    await until('its end', async () =>
      (await status()).incidents.at(-1)?.attempts?.includes('run /bin/sh: done'),
    )
    await until('the end of its cooldown', () =>
      watchdog.logged('cooldown').some((line) => line.rule === 'slow'),
    )
  })

  test('loses no line and counts none twice, however often it is reloaded', async () => {
    const counting = (turn: number): string => `  counting:
    source: app
    match: { regex: 'number (?P<number>\\d+)' }
    group_by: number
    threshold: { count: 1, within: 1s }
    then: [{ command: [/bin/true] }]
    cooldown: 10min
  other: { source: app, match: "turn ${turn}", threshold: { count: 1, within: 1s }, then: [{ command: [/bin/true] }] }
`
    const many = 2_000
    writeFileSync(rules, ruleFile(counting(0)))
    assert.equal((await ask('reload')).exitCode, 0)
    const before = (await status()).sources[0].events
    let written = 0
    for (let turn = 1; turn <= 5; turn++) {
      writeFileSync(rules, ruleFile(counting(turn)))
      const reloaded = ask('reload')
      for (; written < (many / 5) * turn; written += 10) {
        write(...Array.from({ length: 10 }, (_, index) => `number ${written + index}`))
        await new Promise((resolve) => setImmediate(resolve))
      }
      assert.equal((await reloaded).exitCode, 0)
    }
    await until('all lines', async () => (await status()).sources[0].events - before >= many)
    const matched = (await status()).rules.find(({ name }: { name: string }) => name === 'counting').matched
    assert.equal(matched, many)
  })
})

describe('the control socket', () => {
  const raw = (method: string, where: string, body?: string): Promise<{ code: number; body: string }> =>
    new Promise((resolve, reject) => {
      const asked = request({ socketPath: socket, method, path: where }, (response) =>
        text(response).then((body) => resolve({ code: response.statusCode ?? 0, body }), reject),
      )
      asked.once('error', reject)
      asked.end(body)
    })

  for (const [what, body] of [
    ['no JSON', '{'],
    ['no request', '[]'],
    ['an unknown order', '{"do":"explode","by":"x"}'],
    ['a part too many', '{"do":"reload","by":"x","more":1}'],
    ['a span that is none', '{"do":"pause","by":"x","subject":"down","for":"-1s"}'],
    ['a name that is too long', `{"do":"pause","by":"${'x'.repeat(2_000)}","subject":"down"}`],
    ['far too much', `"${'x'.repeat(100_000)}"`],
  ] as const) {
    test(`refuses ${what}, and goes on`, async () => {
      const { code, body: answer } = await raw('POST', '/order', body)
      assert.ok(code >= 400 && code < 500, `${code}`)
      assert.equal(JSON.parse(answer).ok, false)
      assert.equal((await raw('GET', '/status')).code, 200)
    })
  }

  test('of a watchdog that runs is not taken by another one; one that was left behind is', async () => {
    const second = new RunningWatchdog('--rules', rules, '--control', socket)
    assert.equal(await second.end(), 1)
    assert.match(second.errors, /another watchdog answers/)
    const left = path('left')
    writeFileSync(left, '')
    const third = await new RunningWatchdog('--rules', rules, '--control', left).watching()
    assert.equal(await third.end('SIGTERM'), 0)
  })
})
