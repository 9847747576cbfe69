import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { bootLab, type Lab, labUnavailable } from '../lab/lab.ts'
import { until } from '../lab/until.ts'
import { startWatchdog } from './watchdog.ts'

const skip = labUnavailable() ?? false
const project = fileURLToPath(new URL('../..', import.meta.url))

/** Each comes to what a rule of rules/systemd.yaml is for, or to nothing. */
const units = {
  'flapping.service':
    '[Unit]\nStartLimitIntervalSec=0\n[Service]\nExecStart=false\nRestart=always\nRestartSec=10ms\n',
  'limited.service':
    '[Unit]\nStartLimitBurst=2\nStartLimitIntervalSec=1h\n[Service]\nExecStart=false\nRestart=always\nRestartSec=10ms\n',
  'late.service': '[Service]\nType=notify\nTimeoutStartSec=1\nExecStart=sleep infinity\n',
  'stubborn.service':
    '[Service]\nTimeoutStopSec=1\nExecStart=sh -c \'trap "" TERM; echo ready; while :; do sleep 0.1; done\'\n',
  'silent.service':
    '[Unit]\nStartLimitBurst=2\nStartLimitIntervalSec=1h\n[Service]\nType=notify\nNotifyAccess=all\nWatchdogSec=300ms\nRestart=always\nRestartSec=10ms\nExecStart=sh -c "systemd-notify --ready; exec sleep infinity"\n',
  'sound.service': '[Service]\nExecStart=sleep infinity\n',
}
/** Needs something that is not there yet. */
const site =
  "[Unit]\nStartLimitBurst=2\nStartLimitIntervalSec=1h\n[Service]\nRestart=always\nRestartSec=10ms\nExecStart=sh -c 'test -e /run/lab/database && exec sleep infinity'\n"
/** The last line that each of the rules needs. */
const awaited = [
  'flapping.service: Scheduled restart job, restart counter is at 5.',
  'limited.service: Start request repeated too quickly.',
  'late.service: start operation timed out.',
  "stubborn.service: State 'stop-sigterm' timed out.",
  'silent.service: Start request repeated too quickly.',
]

describe('the rules for systemd, on what a real one says', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'watchdog-rules-'))
  let lab: Lab
  before(async () => {
    lab = await bootLab()
    for (const [unit, text] of Object.entries({ ...units, 'site.service': site }))
      await lab.writeFile(`/run/systemd/system/${unit}`, text)
    await lab.run('systemctl', ['daemon-reload'])
  })
  after(async () => {
    await lab.close()
    rmSync(folder, { recursive: true })
  })
  const journal = async (...args: readonly string[]) => (await lab.run('journalctl', args)).stdout

  test('each unit that is not well is told of by the rule for it, and a sound one by none', async () => {
    await lab.run('systemctl', ['start', '--no-block', ...Object.keys(units)])
    await until('the stubborn unit', async () =>
      (await journal('-u', 'stubborn.service', '-o', 'cat')).includes('ready'),
    )
    await lab.run('systemctl', ['stop', '--no-block', 'stubborn.service', 'sound.service'])
    await until('all that goes wrong', async () => {
      const text = await journal('-o', 'cat', '_PID=1')
      return awaited.every((line) => text.includes(line))
    })
    await lab.run('systemctl', ['stop', 'flapping.service'])

    const path = join(folder, 'journal.json')
    writeFileSync(path, `${await journal('-o', 'json', '_PID=1')}\n`)
    const { stdout } = await execa(
      process.execPath,
      ['--import', 'tsx', 'src/cli/watchdog.ts', 'replay', '--json', '--rules', 'rules/systemd.yaml', path],
      { cwd: project, reject: false, timeout: 60_000 },
    )
    const told = stdout.split('\n').flatMap((line) => {
      const { type, rule, key } = JSON.parse(line)
      return type === 'decision' ? [`${rule} ${key.UNIT}`] : []
    })
    assert.deepEqual(told.sort(), [
      'flapping flapping.service',
      'given-up limited.service',
      'given-up silent.service',
      'start-timeout late.service',
      'stop-timeout stubborn.service',
      'watchdog-timeout silent.service',
    ])
  })

  test('a site that systemd has given up is started when what it needs is there', async () => {
    const rules = readFileSync(join(project, 'rules/systemd.yaml'), 'utf8').replace(
      'within: 5min',
      'within: 3s',
    )
    const watchdog = await startWatchdog(lab, rules)
    await lab.run('systemctl', ['start', '--no-block', 'site.service'])
    await watchdog.record({ type: 'decision', rule: 'given-up', decision: 'act' })
    await lab.writeFile('/run/lab/database', '')
    await watchdog.record({ type: 'outcome', rule: 'revive-site', result: 'done' })
    assert.equal((await lab.run('systemctl', ['is-active', 'site.service'])).stdout, 'active')
    assert.deepEqual(watchdog.decisions('revive-site'), ['act'])
    await watchdog.stop()
  })
})
