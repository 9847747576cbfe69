import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Action, UnitVerb } from '../../src/engine/rule.ts'
import { bootLab, type Lab, labUnavailable, projectInside } from '../lab/lab.ts'
import { until } from '../lab/until.ts'

const skip = labUnavailable() ?? false
const inside = (path: string): string => `${projectInside}/${path}`
const driver = ['--import', inside('node_modules/tsx/dist/loader.mjs'), inside('test/system/unit-driver.ts')]

const to = (verb: UnitVerb, unit: string): Action => ({ kind: 'unit', verb, unit })

describe('units of a real systemd', { skip }, () => {
  let lab: Lab
  before(async () => {
    lab = await bootLab()
    const units = {
      'good.service': '[Service]\nExecStart=sleep infinity\n',
      'other.service': '[Service]\nExecStart=sleep infinity\n',
      'slow.service': '[Service]\nExecStart=sleep infinity\nExecStop=sleep 2\n',
      'failing.service': '[Service]\nType=oneshot\nExecStart=false\n',
      'hanging.service': '[Service]\nType=notify\nTimeoutStartSec=1\nExecStart=sleep infinity\n',
      'looping.service': '[Service]\nExecStart=false\nRestart=always\nRestartSec=60\n',
      'limited.service': '[Unit]\nStartLimitBurst=1\nStartLimitIntervalSec=1h\n[Service]\nExecStart=false\n',
      'needy.service': '[Unit]\nRequires=failing.service\nAfter=failing.service\n[Service]\nExecStart=true\n',
      'manual.service': '[Unit]\nRefuseManualStart=yes\n[Service]\nExecStart=sleep infinity\n',
    }
    for (const [unit, text] of Object.entries(units)) await lab.writeFile(`/run/systemd/system/${unit}`, text)
    await lab.run('ln', ['-s', '/dev/null', '/run/systemd/system/masked.service'])
    await lab.run('ln', ['-s', 'good.service', '/run/systemd/system/alias.service'])
    await lab.run('systemctl', ['daemon-reload'])
    await lab.addUser('watchdog')
  })
  after(() => lab.close())

  /** Performs `actions` as `user`, and gives each attempt as `RESULT: MESSAGE`. */
  async function perform(actions: readonly Action[], user?: string): Promise<readonly string[]> {
    const { stdout } = await lab.run(
      'node',
      [...driver, JSON.stringify(actions)],
      user === undefined ? {} : { user },
    )
    return stdout.split('\n').map((line) => {
      const { result, message } = JSON.parse(line)
      return message === undefined ? result : `${result}: ${message}`
    })
  }
  const property = async (unit: string, name: string) =>
    (await lab.run('systemctl', ['show', '-P', name, unit])).stdout
  const start = (unit: string) => lab.run('systemctl', ['start', unit], { reject: false })
  const active = (unit: string) => property(unit, 'ActiveState')

  test('are restarted, by an alias too, and a stopped one is left alone', async () => {
    await start('good.service')
    const invocations = [await property('good.service', 'InvocationID')]
    for (const unit of ['good.service', 'alias.service']) {
      assert.deepEqual(await perform([to('restart', unit)]), ['done'])
      invocations.push(await property('good.service', 'InvocationID'))
    }
    assert.equal(new Set(invocations).size, 3)
    await lab.run('systemctl', ['stop', 'good.service'])
    const [restarted, started] = await perform([to('restart', 'good.service'), to('start', 'good.service')])
    assert.equal(restarted, 'stopped: good.service was stopped, and is left alone until it is started again')
    assert.equal(started, 'done')
  })

  test('that fail, or could not be started, are told with what to do', async () => {
    for (const name of ['failing', 'hanging', 'looping', 'limited']) await start(`${name}.service`)
    await until('the failures', async () => (await active('limited.service')) === 'failed')
    const attempts = await perform([
      ...['failing', 'hanging', 'looping', 'limited', 'masked', 'missing'].map((name) =>
        to('restart', `${name}.service`),
      ),
      ...['needy', 'manual'].map((name) => to('start', `${name}.service`)),
    ])
    assert.deepEqual(attempts, [
      'failed: restart of failing.service failed (exit-code): see "journalctl -u failing.service"',
      'failed: restart of hanging.service failed (timeout): see "journalctl -u hanging.service"',
      'done',
      'failed: restart of limited.service failed before it was started, which its start limit may have forbidden: put reset_failed before, or raise StartLimitBurst=',
      'failed: masked.service is masked: "systemctl unmask masked.service" lets it be started again',
      'failed: there is no unit missing.service: compare its name with "systemctl list-unit-files" and "systemctl list-units --all"',
      'failed: start of needy.service failed for a unit that it needs: see "systemctl list-dependencies needy.service"',
      'failed: systemd would not start manual.service: Operation refused, unit manual.service may be requested by dependency only (it is configured to refuse manual start/stop).',
    ])
  })

  test('are reset, killed, reloaded and stopped', async () => {
    await start('other.service')
    const attempts = await perform([
      to('reset_failed', 'limited.service'),
      to('restart', 'other.service'),
      { kind: 'kill', unit: 'other.service', signal: 'SIGKILL' },
      to('reload', 'good.service'),
      to('stop', 'good.service'),
      { kind: 'kill', unit: 'good.service', signal: 'SIGTERM' },
      to('reset_failed', 'good.service'),
    ])
    assert.deepEqual(attempts, [
      'done',
      'done',
      'done',
      'failed: good.service cannot reload, it may lack ExecReload=: use restart or reload_or_restart',
      'done',
      'failed: good.service has no processes',
      'done',
    ])
    assert.equal(await active('limited.service'), 'inactive')
    await until('the kill', async () => (await property('other.service', 'Result')) === 'signal')
    assert.equal(await active('good.service'), 'inactive')
  })

  test('may be restarted by an unprivileged user as far as a polkit rule says, and no further', async () => {
    for (const unit of ['good.service', 'other.service']) await start(unit)
    const [refused] = await perform([to('restart', 'good.service')], 'watchdog')
    const advice =
      'a polkit rule must allow action org.freedesktop.systemd1.manage-units with unit "good.service" and verb "restart" for this user, as "watchdog polkit" writes it'
    assert.equal(refused, `refused: user watchdog is not allowed to restart good.service: ${advice}`)
    const rule = `polkit.addRule(function (action, subject) {
      if (action.id === 'org.freedesktop.systemd1.manage-units' && subject.user === 'watchdog' &&
        action.lookup('unit') === 'good.service' && action.lookup('verb') === 'restart') return polkit.Result.YES
    })`
    await lab.writePolkitRule('50-watchdog.rules', rule)
    const kill: Action = { kind: 'kill', unit: 'good.service', signal: 'SIGTERM' }
    const actions = [
      to('restart', 'good.service'),
      to('restart', 'other.service'),
      to('stop', 'good.service'),
      kill,
    ]
    const results = (await perform(actions, 'watchdog')).map((attempt) => attempt.split(':')[0])
    assert.deepEqual(results, ['done', 'refused', 'refused', 'refused'])
  })

  test("of a user's own systemd are restarted over the session bus, without any rule", async () => {
    await lab.addUser('developer')
    await lab.writeFile('/etc/systemd/user/own.service', '[Service]\nExecStart=sleep infinity\n')
    const { XDG_RUNTIME_DIR = '' } = await lab.startUserManager('developer')
    const as = { user: 'developer', env: { XDG_RUNTIME_DIR } }
    await lab.run('systemctl', ['--user', 'start', 'own.service'], as)
    const actions = [to('restart', 'own.service'), to('restart', 'missing.service')]
    const { stdout } = await lab.run('node', [...driver, JSON.stringify(actions)], as)
    assert.match(
      stdout,
      /^{"result":"done",.*}\n{"result":"failed","message":"there is no unit missing\.service/,
    )
  })

  for (const [what, command] of [
    ['systemd re-executes itself', ['daemon-reexec']],
    ['the bus is restarted', ['restart', 'dbus.service']],
  ] as const) {
    test(`are restarted, and told as such, though ${what} meanwhile`, async () => {
      await start('slow.service')
      const before = await property('slow.service', 'InvocationID')
      const acting = await lab.spawn('node', [...driver, JSON.stringify([to('restart', 'slow.service')])])
      await until('the job', async () => (await active('slow.service')) === 'deactivating')
      await lab.run('systemctl', command)
      assert.equal(await acting.exited, 0)
      assert.match(acting.output(), /"result":"done"/)
      assert.notEqual(await property('slow.service', 'InvocationID'), before)
    })

    test(`are watched on when ${what}`, async () => {
      await start('good.service')
      const watching = await lab.spawn('node', [...driver, 'watch', 'good.service', 'missing.service'])
      const saw = async (...expected: string[]) => {
        // It is observed again when it was restarted, running as before.
        const told = () =>
          [...watching.stdout().matchAll(/good\.service (\w+)\n/g)]
            .map(([, state]) => state)
            .filter((state, index, all) => state !== all[index - 1])
        await until(expected.join(', '), () => told().length >= expected.length)
        assert.deepEqual(told(), expected)
      }
      await saw('started')
      await lab.run('systemctl', command)
      await watching.waitFor(/ready(.|\n)*ready/)
      await lab.run('systemctl', ['stop', 'good.service'])
      await saw('started', 'stopped')
      await start('good.service')
      await lab.run('systemctl', ['restart', 'good.service'])
      await lab.run('systemctl', ['stop', 'good.service'])
      await saw('started', 'stopped', 'started', 'stopped')
      await watching.kill()
    })
  }
})
