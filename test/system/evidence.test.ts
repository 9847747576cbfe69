import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { bootLab, type Lab, labUnavailable } from '../lab/lab.ts'
import { until } from '../lab/until.ts'
import { deaths } from './rules.ts'
import { startService } from './service.ts'
import { runWatchdog, startWatchdog } from './watchdog.ts'

const skip = labUnavailable() ?? false

const rules = (evidence: string): string => `version: 1
sources:
  site: { journal: { unit: site.service } }
rules:
  churn:
    source: site
    match: increase workers to minimal
    threshold: { count: 10, within: 90s }
    then:
      - restart: site.service
      - command: [/bin/sh, -c, 'echo "$WATCHDOG_EVIDENCE" >/run/told']
    cooldown: 1s
    grace: 0s
    evidence: ${evidence}
`

const state = '/run/lab-state'

describe('evidence of an incident', { skip }, () => {
  let lab: Lab
  before(async () => {
    lab = await bootLab()
  })
  after(() => lab.close())

  test('is what a restart destroys, and is shown with the incident', async () => {
    const site = await startService(lab, 'site')
    const { stdout: pid } = await lab.run('systemctl', ['show', '-P', 'MainPID', site.unit])
    const hanging = '[/bin/sh, -c, "echo begun; sleep 60"]'
    const own = '[/bin/sh, -c, "echo {rule} of {target}: $WATCHDOG_COUNT"]'
    const watchdog = await startWatchdog(lab, rules(`{ commands: [${own}, ${hanging}], within: 4s }`), {
      args: ['--state-dir', state],
    })
    await site.log('a line that no rule matches', ...deaths(10))
    const decision = await watchdog.record({ type: 'decision', rule: 'churn' })
    const outcome = await watchdog.record({ type: 'outcome', rule: 'churn', result: 'done' })
    const waited = Date.parse(String(outcome['time'])) - Date.parse(String(decision['time']))
    assert.ok(waited < 20_000, `the restart came ${waited} ms after the decision`)
    await watchdog.stop()

    const id = String(decision['id'])
    const { stdout } = await runWatchdog(lab, ['incident', id])
    const { evidence } = JSON.parse((await runWatchdog(lab, ['incident', id, '--json'])).stdout)
    assert.deepEqual(
      evidence.lines.map(({ text }: { readonly text: string }) => text),
      deaths(10),
    )
    const [log, status, figures, mine, late] = evidence.parts
    assert.match(log.text, /a line that no rule matches\n/)
    assert.match(status.text, new RegExp(`Main PID: ${pid} `), 'of the process that the restart ended')
    assert.match(figures.text, /^cpu\.stat +usage_usec \d/m)
    assert.equal(mine.text, 'churn of site.service: 10\n')
    assert.deepEqual([late.end, late.text], ['late', 'begun\n'])
    assert.match(stdout, /the lines that led to it\n {4}20\S+ {2}worker 1 exited/)
    assert.match(stdout, /a line that no rule matches/)
    assert.match(stdout, /sleep 60 \(it did not end in time\)\n {4}begun/)

    const { stdout: history } = await runWatchdog(lab, ['history', '--rule', 'churn'])
    assert.match(history, new RegExp(`${id} .*kept in ${state}/incidents/${id}\\.json`))
    assert.equal((await lab.run('cat', ['/run/told'])).stdout, `${state}/incidents/${id}.json`)
    await lab.run('rm', ['-r', `${state}/incidents`])
    assert.match((await runWatchdog(lab, ['incident', id])).stdout, /is no longer kept/)
  })

  test('that cannot be kept is said, and the unit restarted all the same', async () => {
    const site = await startService(lab, 'site')
    const starts = await site.starts()
    await lab.run('mkdir', ['-p', `${state}-2`])
    await lab.writeFile(`${state}-2/incidents`, 'no folder')
    const watchdog = await startWatchdog(lab, rules('{ within: 1s }'), {
      args: ['--state-dir', `${state}-2`],
    })
    await site.log(...deaths(10))
    await watchdog.record({ type: 'outcome', rule: 'churn', result: 'done' })
    await site.started(starts + 1)
    const { msg } = await watchdog.record({ type: 'evidence', kind: 'unsaved' })
    assert.match(String(msg), /cannot be kept in .*incidents \(E\w+\)/)
    await watchdog.stop()
  })

  test("of a user's own unit is had with --user, and shown to that user", async () => {
    await lab.addUser('owner', ['systemd-journal'])
    const as = { user: 'owner', env: await lab.startUserManager('owner') }
    const args = ['--user', '--state-dir', '/tmp/owner-state']
    const watchdog = await startWatchdog(lab, rules('{ within: 20s }'), { ...as, args })
    const dying = `until [ -e /tmp/die ]; do echo ready; sleep 0.1; done
      for i in $(seq 10); do echo '${deaths(1)}'; done; rm /tmp/die; sleep infinity`
    await lab.run('systemd-run', ['--user', '--unit=site.service', 'sh', '-c', dying], as)
    // journald may take the first lines of a user's unit for those of its manager.
    const logged = ['--user-unit=site.service', '--output=cat']
    await until('a line of the unit', async () =>
      (await lab.run('journalctl', logged, { ...as, reject: false })).stdout.includes('ready'),
    )
    await lab.run('touch', ['/tmp/die'], as)
    const { decision } = await watchdog.record({ type: 'evidence', rule: 'churn' })
    const { stdout } = await runWatchdog(lab, ['incident', String(decision), '--json'], as)
    const { evidence } = JSON.parse(stdout)
    assert.match(evidence.parts[0].text, /increase workers to minimal/)
    assert.match(evidence.parts[1].text, /Active: active \(running\)/)
    assert.equal(evidence.parts[2].end, 'whole', evidence.parts[2].why)
    assert.match((await runWatchdog(lab, ['history'], as)).stdout, /churn: restart site\.service/)
    await watchdog.stop()
  })
})
