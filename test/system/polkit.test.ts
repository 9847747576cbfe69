/** The rule that `watchdog polkit` prints, in force in a real polkit. */

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { bootLab, type Lab, labUnavailable } from '../lab/lab.ts'
import { runWatchdog } from './watchdog.ts'

const rules = `version: 1
sources: { all: { journal: {} } }
rules:
  named:
    source: all
    match: x
    threshold: { count: 1, within: 1s }
    then:
      - reset_failed: one.service
      - restart: one.service
      - reload: two.service
      - reload_or_restart: three.service
      - kill: { unit: three.service, signal: HUP }
      - stop: two.service
      - start: two.service
      - restart: alias.service
      - start: missing.service
  chosen:
    source: all
    match: y
    group_by: _HOSTNAME
    threshold: { count: 1, within: 1s }
    then: [{ restart: "pool@{_HOSTNAME}.service" }]
    units: [ "pool@*.service" ]
`

const calls = {
  restart: ['RestartUnit', 'ss', 'replace'],
  'try-restart': ['TryRestartUnit', 'ss', 'replace'],
  reload: ['ReloadUnit', 'ss', 'replace'],
  'reload-or-restart': ['ReloadOrRestartUnit', 'ss', 'replace'],
  start: ['StartUnit', 'ss', 'replace'],
  stop: ['StopUnit', 'ss', 'replace'],
  kill: ['KillUnit', 'ssi', 'all', '1'],
  'reset-failed': ['ResetFailedUnit', 's'],
  'set-property': ['SetUnitProperties', 'sba(sv)', 'true', '0'],
} as const
type Verb = keyof typeof calls

const units = [
  'one',
  'two',
  'three',
  'real',
  'pool@1',
  'pool@x',
  'pool',
  'mypool@1',
  'unit-watchdog',
  'dbus',
].map((name) => `${name}.service`)
/** What the rules above may do, and no more. */
const allowed: Readonly<Record<string, readonly Verb[]>> = {
  'one.service': ['restart', 'reset-failed'],
  'two.service': ['reload', 'stop', 'start'],
  'three.service': ['reload-or-restart', 'kill'],
  'real.service': ['restart'],
  'pool@1.service': ['restart'],
  'pool@x.service': ['restart'],
}

describe('the generated rule in polkit', { skip: labUnavailable() ?? false }, () => {
  let lab: Lab
  before(async () => {
    lab = await bootLab()
    const service = `[Service]\nExecStart=sh -c 'trap "" HUP; sleep infinity'\nExecReload=true\n`
    for (const unit of units.filter((name) => name !== 'dbus.service'))
      await lab.writeFile(`/run/systemd/system/${unit}`, service)
    await lab.run('ln', ['-s', 'real.service', '/run/systemd/system/alias.service'])
    await lab.run('systemctl', ['daemon-reload'])
    for (const user of ['unit-watchdog', 'stranger']) await lab.addUser(user)
    await lab.writeFile('/run/lab/rules.yaml', rules)
    const { stdout, stderr, exitCode } = await runWatchdog(lab, ['polkit', '--rules', '/run/lab/rules.yaml'])
    assert.equal(exitCode, 0, stderr)
    await lab.writePolkitRule('60-unit-watchdog.rules', stdout)
  })
  after(() => lab.close())

  /** Whether systemd did what `user` asked for, or would have been free to. */
  const may = async (verb: Verb, unit: string, user = 'unit-watchdog'): Promise<boolean> => {
    const [method, signature, ...rest] = calls[verb]
    const manager = [
      'org.freedesktop.systemd1',
      '/org/freedesktop/systemd1',
      'org.freedesktop.systemd1.Manager',
    ]
    const args = ['call', ...manager, method, signature, unit, ...rest]
    const { stderr } = await lab.run('busctl', args, { user, reject: false })
    if (stderr === '') return true
    if (/interactive authentication required|access denied/i.test(stderr)) return false
    throw new Error(`${verb} ${unit}: ${stderr}`)
  }

  test('allows the verbs of the rules on their units, and refuses everything else', async () => {
    await lab.run('systemctl', ['start', ...units])
    for (const unit of units) {
      const mayBe: Verb[] = []
      for (const verb of Object.keys(calls) as Verb[]) {
        if (await may(verb, unit)) mayBe.push(verb)
        await lab.run('systemctl', ['start', unit])
      }
      assert.deepEqual(mayBe.sort(), [...(allowed[unit] ?? [])].sort(), unit)
    }
  })

  test('knows the unit behind an alias', async () => {
    assert.equal(await may('restart', 'alias.service'), true)
    assert.equal(await may('stop', 'alias.service'), false)
  })

  test('is for the watchdog alone', async () => {
    assert.equal(await may('restart', 'one.service', 'stranger'), false)
  })

  test("lets no program of one's own be run as root", async () => {
    const run = ['--no-ask-password', '--unit=missing.service', 'id']
    const { stderr, exitCode } = await lab.run('systemd-run', run, { user: 'unit-watchdog', reject: false })
    assert.notEqual(exitCode, 0)
    assert.match(stderr, /authentication required|Access denied/i)
  })
})
