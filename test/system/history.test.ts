import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { bootLab, type Lab, labUnavailable, projectInside } from '../lab/lab.ts'
import { until } from '../lab/until.ts'
import { deaths, rulesText } from './rules.ts'
import { type Service, startService } from './service.ts'
import { runWatchdog, startWatchdog } from './watchdog.ts'

const skip = labUnavailable() ?? false

const decisionId = '10d5fc0ee8864e65990222cad7df2134'

describe('what the watchdog did', { skip }, () => {
  let lab: Lab
  let site: Service
  let id: string
  before(async () => {
    lab = await bootLab()
    site = await startService(lab, 'site')
    const watchdog = await startWatchdog(lab, rulesText({ unit: site.unit }))
    await site.log(...deaths(10))
    const decision = await watchdog.record({ type: 'decision', rule: 'churn' })
    id = String(decision['id'])
    await watchdog.record({ type: 'cooldown', rule: 'churn' })
    await watchdog.stop()
  })
  after(() => lab.close())

  const history = async (...args: readonly string[]) => {
    const { stdout, stderr, exitCode } = await runWatchdog(lab, ['history', ...args])
    assert.equal(exitCode, 0, stderr)
    return stdout.split('\n').filter((line) => line !== '')
  }

  test('is found by its MESSAGE_ID and fields, and explained by the catalog', async () => {
    const catalog = await readFile(new URL('../../systemd/unit-watchdog.catalog', import.meta.url), 'utf8')
    await lab.run('mount', ['-t', 'tmpfs', 'tmpfs', '/usr/lib/systemd/catalog'])
    await lab.writeFile('/usr/lib/systemd/catalog/unit-watchdog.catalog', catalog)
    await lab.run('journalctl', ['--update-catalog'])
    const args = ['--catalog', `MESSAGE_ID=${decisionId}`, 'WATCHDOG_RULE=churn', 'WATCHDOG_DECISION=act']
    const { stdout } = await lab.run('journalctl', args)
    assert.match(stdout, /churn: restart site\.service \(10 events/)
    assert.match(stdout, /Subject: Rule churn came true/)
    assert.match(stdout, new RegExp(`watchdog incident ${id}`))
  })

  test('is shown by history, from the decision to the end of the cooldown', async () => {
    const lines = await history('--rule', 'churn')
    assert.equal(lines.length, 3)
    assert.match(lines[0] ?? '', new RegExp(`^20\\S+Z  ${id} +churn: restart site.service \\(10 events`))
    assert.match(lines[1] ?? '', /churn: restart site\.service: done$/)
    assert.match(lines[2] ?? '', /cooldown over/)
    const types = (await history('--target', site.unit, '--json')).map((line) => JSON.parse(line).type)
    assert.deepEqual(types, ['decision', 'outcome', 'cooldown'])
    assert.deepEqual(await history('--rule', 'other'), [])
    assert.deepEqual(await history('--until', '-1h'), [])
    assert.equal((await history('--since', '-1h')).length, 3)
  })

  test('is shown whole by incident', async () => {
    const { stdout } = await runWatchdog(lab, ['incident', id])
    assert.match(stdout, /decided +20\S+ {2}restart site\.service/)
    assert.match(stdout, /last +20\S+ {2}worker 10 exited; increase workers to minimal 4/)
    assert.match(stdout, /restart site\.service: done/)
    const json = JSON.parse((await runWatchdog(lab, ['incident', id, '--json'])).stdout)
    assert.equal(json.decision.count, 10)
    assert.deepEqual(
      json.followed.map(({ type }: { readonly type: string }) => type),
      ['outcome', 'cooldown'],
    )
  })

  test('cannot be forged by who is not the watchdog', async () => {
    await lab.addUser('liar')
    const fields = { MESSAGE_ID: decisionId, WATCHDOG_RULE: 'lies', WATCHDOG_JSON: '{"type":"x","time":"y"}' }
    await lab.log('lies: restart site.service', { user: 'liar', fields })
    await until('the lie', async () => {
      const { stdout } = await lab.run('journalctl', ['WATCHDOG_RULE=lies', '--output=cat'], {
        reject: false,
      })
      return stdout.includes('lies')
    })
    assert.deepEqual(await history('--rule', 'lies'), [])
  })

  test('that there is not, or that nobody may see, is said', async () => {
    const unknown = await runWatchdog(lab, ['incident', 'abc-1'])
    assert.equal(unknown.exitCode, 1)
    assert.match(unknown.stderr, /no incident abc-1.*watchdog history/)
    const wrong = await runWatchdog(lab, ['incident', '../etc/passwd'])
    assert.equal(wrong.exitCode, 2)
    const when = await runWatchdog(lab, ['history', '--since', 'someday'])
    assert.equal(when.exitCode, 2)
    assert.match(when.stderr, /--since: expected a time such as/)
    await lab.addUser('nobody-special')
    const hidden = await runWatchdog(lab, ['history'], { user: 'nobody-special' })
    assert.equal(hidden.exitCode, 1)
    assert.match(hidden.stderr, /systemd-journal/)
  })
})

describe('under systemd', { skip }, () => {
  test('a decision is in the journal once, with its fields, and the rest of the log as ever', async (t) => {
    const lab = await bootLab()
    t.after(() => lab.close())
    const site = await startService(lab, 'site')
    await lab.writeFile('/run/lab/rules.yaml', rulesText({ unit: site.unit }))
    const inside = (path: string) => `${projectInside}/${path}`
    const command = ['--import', inside('node_modules/tsx/dist/loader.mjs'), inside('src/cli/watchdog.ts')]
    await lab.run('systemd-run', [
      '--unit=unit-watchdog',
      'node',
      ...command,
      '--rules',
      '/run/lab/rules.yaml',
    ])
    const journal = async () =>
      (await lab.run('journalctl', ['--unit=unit-watchdog', '--output=cat'])).stdout.split('\n')
    await until('the watch', async () =>
      (await journal()).some((line) => line.startsWith('watching 2 rules')),
    )
    await site.log(...deaths(10))
    await until('the outcome', async () => (await journal()).includes('churn: restart site.service: done'))
    const told = (await journal()).filter((line) => /^churn: restart site\.service/.test(line))
    assert.equal(told.length, 2)
    const { stdout } = await runWatchdog(lab, ['history', '--rule', 'churn'])
    assert.match(stdout, /churn: restart site\.service \(10 events/)

    await lab.run('systemctl', ['kill', '--signal=HUP', 'unit-watchdog'])
    const reloads = () => lab.run('journalctl', ['--output=cat', 'WATCHDOG_BY=SIGHUP'], { reject: false })
    await until('the reload', async () => (await reloads()).stdout.includes('rules unchanged (SIGHUP)'))
    assert.match((await runWatchdog(lab, ['history'])).stdout, /rules unchanged \(SIGHUP\)/)
  })
})
