import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { execa } from 'execa'
import { until } from '../lab/until.ts'
import { RunningWatchdog } from '../run/running-watchdog.ts'

const directory = mkdtempSync(join(tmpdir(), 'http-'))
const log = join(directory, 'app.log')
const rules = join(directory, 'rules.yaml')

const ruleFile = `version: 1
sources: { app: { file: ${log} } }
rules:
  down:
    source: app
    match: down
    threshold: { count: 2, within: 1min }
    then: [{ command: [/bin/true] }, { command: [/bin/false] }]
    cooldown: 1min
`

let watchdog: RunningWatchdog
let url = ''

before(async () => {
  writeFileSync(log, '')
  writeFileSync(rules, ruleFile)
  watchdog = await new RunningWatchdog('--rules', rules, '--http', '0').watching()
  url = /http:\S+(?=\/metrics)/.exec(watchdog.logged('http')[0]?.msg ?? '')?.[0] ?? ''
})
after(async () => {
  await watchdog.end('SIGTERM')
  rmSync(directory, { recursive: true, force: true })
})

const get = async (path: string, method = 'GET') => {
  const response = await fetch(`${url}${path}`, { method })
  return { code: response.status, text: await response.text() }
}
const value = async (series: string): Promise<number | undefined> => {
  const line = (await get('/metrics')).text.split('\n').find((one) => one.startsWith(`${series} `))
  return line === undefined ? undefined : Number(line.slice(series.length + 1))
}

describe('watchdog run --http', () => {
  test('counts what was read, decided and done, for Prometheus', async () => {
    appendFileSync(log, 'down\nup\ndown\ndown\n')
    await until(
      'the actions',
      async () => (await value('watchdog_actions_total{rule="down",action="command",result="failed"}')) === 1,
    )
    assert.equal(await value('watchdog_actions_total{rule="down",action="command",result="done"}'), 1)
    assert.equal(await value('watchdog_decisions_total{rule="down",decision="act"}'), 1)
    assert.equal(await value('watchdog_rule_events_matched_total{rule="down"}'), 3)
    assert.equal(await value('watchdog_rule_events_ignored_total{rule="down"}'), 1)
    assert.equal(await value('watchdog_source_events_total{source="app"}'), 4)
    assert.equal(await value('watchdog_source_following{source="app"}'), 1)
    assert.equal(await value('watchdog_actions_duration_seconds_count{rule="down"}'), 1)
    assert.equal(await value('watchdog_decision_latency_seconds_bucket{le="+Inf",rule="down"}'), 1)
    assert.equal(await value('watchdog_last_reload_successful'), 1)
  })

  test('follows the conventions that promtool checks', async () => {
    const { stderr, stdout, exitCode } = await execa('promtool', ['check', 'metrics'], {
      input: (await get('/metrics')).text,
      reject: false,
    })
    assert.deepEqual([exitCode, `${stdout}${stderr}`], [0, ''])
  })

  test('says that it lives and is ready', async () => {
    assert.deepEqual(await get('/healthz'), { code: 200, text: 'ok\n' })
    assert.deepEqual(await get('/readyz'), { code: 200, text: 'ready\n' })
  })

  test('tells of a rule file that was refused', async () => {
    writeFileSync(rules, 'nonsense')
    await until('the refusal', async () => (await value('watchdog_last_reload_successful')) === 0)
    assert.equal(await value('watchdog_reloads_total{result="refused"}'), 1)
    writeFileSync(rules, ruleFile)
    await until('the reload', async () => (await value('watchdog_last_reload_successful')) === 1)
  })

  test('does nothing else, whatever is asked', async () => {
    for (const path of ['/', '/status', '/order', '/metrics/../order', '/%2e%2e/etc/passwd'])
      assert.equal((await get(path)).code, 404)
    for (const method of ['POST', 'PUT', 'DELETE']) assert.equal((await get('/metrics', method)).code, 405)
  })

  test('is not held up by who says nothing', async () => {
    const { port } = new URL(url)
    const idle = Array.from({ length: 20 }, () => connect(Number(port), '127.0.0.1'))
    for (const socket of idle) socket.on('error', () => undefined)
    assert.equal((await get('/healthz')).code, 200)
    for (const socket of idle) socket.destroy()
  })

  test('listens on loopback unless told otherwise', () => {
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/)
  })
})

describe('a wrong --http', () => {
  for (const [address, code, message] of [
    ['70000', 2, /expected a port such as 9100/],
    ['localhost', 2, /expected a port/],
    ['example.com:9100', 2, /expected a port/],
    ['192.0.2.1:9100', 1, /--http 192\.0\.2\.1:9100: .*EADDRNOTAVAIL/],
  ] as const) {
    test(`${address} is told`, async () => {
      const failing = new RunningWatchdog('--rules', rules, '--http', address)
      assert.equal(await failing.end(), code)
      assert.match(failing.errors, message)
    })
  }
})
