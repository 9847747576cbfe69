import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bootLab, labUnavailable } from '../lab/lab.ts'
import { until } from '../lab/until.ts'
import { startService } from './service.ts'
import { runWatchdog } from './watchdog.ts'

const skip = labUnavailable() ?? false

const rules = `version: 1
sources:
  site: { journal: { unit: site.service } }
rules:
  churn:
    source: site
    match: worker exited
    threshold: { count: 10, within: 90s }
    then: [{ restart: site.service }]
`

describe('the real journal, looked at afterwards', { skip }, () => {
  test("a restart by hand ends an incident, and systemd's own does not", async (t) => {
    const lab = await bootLab()
    t.after(() => lab.close())
    const site = await startService(lab, 'site')
    await lab.writeFile(
      '/run/systemd/system/site.service.d/again.conf',
      '[Service]\nRestart=always\nRestartSec=100ms\n',
    )
    await lab.run('systemctl', ['daemon-reload'])
    await site.log('worker exited')
    await lab.run('systemctl', ['kill', '--signal=KILL', site.unit])
    await site.started(2)
    const restarted = Date.now()
    await site.log(...Array.from({ length: 5 }, () => 'worker exited'))
    await until('the lines in the journal', async () => {
      const { stdout } = await lab.run('journalctl', ['--unit', site.unit, '--output=cat'])
      return stdout.split('worker exited').length === 7
    })
    // Whoever restarts a unit a moment after systemd did so by itself is not told from it.
    await until('a moment to pass', () => Date.now() > restarted + 1_500)
    await lab.run('systemctl', ['restart', site.unit])
    await site.started(3)

    await lab.writeFile('/run/lab/rules.yaml', rules)
    const args = ['tune', '--rules', '/run/lab/rules.yaml', '--rule', 'churn', '--journal', '--json']
    const { stdout, stderr } = await runWatchdog(lab, [...args, '--counts', '3,5,6,7,10'])
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const found = lines.at(-1)
    assert.deepEqual([found.incidentsFrom, found.incidents.length, found.matched], ['journal', 1, 6], stderr)
    const caught = lines.flatMap((one) =>
      one.type === 'setting' && one.within === 90 && one.cooldown === 30 ? [[one.limit, one.caught]] : [],
    )
    assert.deepEqual(caught, [
      [3, 1],
      [5, 1],
      [6, 1],
      [7, 0],
      [10, 0],
    ])
  })

  test('a slice of it is a test of the rules', async (t) => {
    const lab = await bootLab()
    t.after(() => lab.close())
    const site = await startService(lab, 'site')
    await site.log(...Array.from({ length: 12 }, (_, index) => `worker exited, of ${index} from 10.7.7.7`))
    await until('the lines in the journal', async () => {
      const { stdout } = await lab.run('journalctl', ['--unit', site.unit, '--output=cat'])
      return stdout.split('worker exited').length === 13
    })
    await lab.writeFile('/run/lab/rules.yaml', rules)
    const args = ['record', '--rules', '/run/lab/rules.yaml', '--journal', '--around', 'now', '--redact']
    const recorded = await runWatchdog(lab, [...args, '-o', '/run/lab/slice.json'])
    assert.equal(recorded.exitCode, 0, recorded.stderr)
    assert.match(recorded.stdout, /decision: act, rule: "churn", target: "site.service"/)
    const slice = (await lab.run('cat', ['/run/lab/slice.json'])).stdout
    assert.match(slice, /"MESSAGE":"Started site.service[^"]*"/)
    assert.match(
      slice,
      /"_SYSTEMD_UNIT":"site.service"[^\n]*"MESSAGE":"worker exited, of 11 from 198.18.0.1"/,
    )
    await lab.writeFile('/run/lab/rules.yaml', `${rules}${recorded.stdout}\n`)
    const { exitCode, stdout } = await runWatchdog(lab, ['test', '/run/lab/rules.yaml'])
    assert.equal(exitCode, 0, stdout)
  })
})
