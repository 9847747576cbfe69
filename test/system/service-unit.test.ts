/** The watchdog installed as a service: under its own user, hardened, with the least permission, told apart dead from alive. */

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { bootLab, type Lab, labUnavailable, projectInside } from '../lab/lab.ts'
import { until } from '../lab/until.ts'
import { builtWatchdog } from '../run/built-watchdog.ts'
import { deaths, rulesText } from './rules.ts'
import { type Service, startService } from './service.ts'

const unit = 'unit-watchdog.service'
const rulesFile = '/run/lab/rules.yaml'

describe('the watchdog as a service', { skip: labUnavailable() ?? false, timeout: 200_000 }, () => {
  const program = `${projectInside}/${builtWatchdog()}`
  let lab: Lab
  let site: Service
  let starts = 1
  before(async () => {
    lab = await bootLab()
    site = await startService(lab, 'site')
    await lab.writeFile(rulesFile, rulesText({ unit: site.unit, cooldown: '1us' }))
    // Soon enough for a test, and late enough for a busy machine.
    const patience = '[Service]\nWatchdogSec=6s\nRestartSec=100ms\n'
    await lab.writeFile(`/etc/systemd/system/${unit}.d/lab.conf`, patience)
  })
  after(() => lab.close())

  const watchdog = (...args: readonly string[]) => lab.run('node', [program, ...args], { reject: false })
  const installed = async (...args: readonly string[]): Promise<readonly string[]> => {
    const { stdout, stderr, exitCode } = await watchdog(...args)
    assert.equal(exitCode, 0, stderr)
    return stdout.split('\n')
  }
  const systemctl = async (...args: readonly string[]) => (await lab.run('systemctl', args)).stdout
  const show = (property: string) => systemctl('show', '--value', '-p', property, unit)
  const log = async () => (await lab.run('journalctl', ['-u', unit, '-o', 'cat'])).stdout
  const isThere = async (path: string) =>
    (await lab.run('test', ['-e', path], { reject: false })).exitCode === 0
  /** The site has been started once more, and the watchdog knows it: what comes before that it holds back. */
  const siteRestarted = async () => {
    await site.started(++starts)
    await until('the outcome', async () => {
      const done = (await log()).match(/churn: restart site\.service: done/g) ?? []
      return done.length >= starts - 1
    })
  }
  const restartsTheSite = async () => {
    await site.log(...deaths(10))
    await siteRestarted()
  }
  const restarts = async () => Number(await show('NRestarts'))
  const begunAgain = (before: number) =>
    until('the watchdog time-out', async () => {
      const state = await show('ActiveState')
      return (await restarts()) > before && state === 'active'
    })

  test('a dry run says what would be done, and does nothing', async () => {
    const lines = await installed('install', '--rules', rulesFile, '--dry-run')
    assert.match(lines[0] ?? '', /^would write \/etc\/systemd\/system\/unit-watchdog\.service/)
    for (const path of [
      `/etc/systemd/system/${unit}`,
      '/etc/unit-watchdog',
      '/etc/sysusers.d/unit-watchdog.conf',
    ])
      assert.equal(await isThere(path), false)
  })

  test('a user who may not install is told what to do', async () => {
    await lab.addUser('somebody')
    const as = { user: 'somebody', reject: false }
    const { stderr, exitCode } = await lab.run('node', [program, 'install', '--rules', rulesFile], as)
    assert.match(stderr, /^only root may .*--user/)
    assert.equal(exitCode, 1)
  })

  test('is installed, says all that it does, and can be installed again', async () => {
    const first = await installed('install', '--rules', rulesFile)
    assert.deepEqual(
      first.map((line) => line.replace(/:.*/, '')),
      [
        'wrote /etc/systemd/system/unit-watchdog.service',
        'wrote /etc/sysusers.d/unit-watchdog.conf',
        'wrote /etc/unit-watchdog/rules.yaml',
        'wrote /etc/polkit-1/rules.d/60-unit-watchdog.rules',
        'ran systemd-sysusers /etc/sysusers.d/unit-watchdog.conf',
        'ran systemctl daemon-reload',
        'now',
      ],
    )
    assert.match(first[3] ?? '', /lets unit-watchdog restart site\.service$/)
    const second = await installed('install', '--rules', rulesFile)
    assert.deepEqual(
      second.filter((line) => /^(wrote|replaced)/.test(line)),
      [],
    )
  })

  test('its unit has no mistakes and is hardened', async () => {
    const verify = await lab.run('systemd-analyze', ['verify', '--man=no', unit], { reject: false })
    assert.equal(verify.stderr, '')
    const { stdout } = await lab.run('systemd-analyze', ['security', '--no-pager', unit])
    const exposure = Number(/exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1])
    assert.ok(exposure <= 1.5, stdout)
  })

  test('is ready when it watches, and restarts what its rules name', async () => {
    await systemctl('enable', '--now', unit)
    assert.equal(await show('ActiveState'), 'active')
    assert.equal(await show('StatusText'), 'watching 2 rules on site')
    const { stdout: owner } = await lab.run('stat', ['-c', '%U', `/proc/${await show('MainPID')}`])
    assert.equal(owner, 'unit-watchdog')
    await restartsTheSite()
    await until('the status', async () =>
      (await show('StatusText')).endsWith('churn: restart site.service: done'),
    )
    assert.equal(await isThere('/var/lib/unit-watchdog'), true)
    const entries = ['-u', unit, 'WATCHDOG_RULE=churn', 'WATCHDOG_RESULT=done', '-o', 'cat']
    await until('its entry', async () => /restart/.test((await lab.run('journalctl', entries)).stdout))
    const status = await watchdog('status')
    assert.match(status.stdout, /site\.service {2}running, 1 action/)
  })

  test('writes its history, and keeps what was found before acting, as hardened as it is', async () => {
    const { stdout: ids } = await lab.run('journalctl', [
      '--output=cat',
      '--output-fields=WATCHDOG_INCIDENT',
      'WATCHDOG_DECISION=act',
      'WATCHDOG_RULE=churn',
      '_TRANSPORT=journal',
      `_SYSTEMD_UNIT=${unit}`,
    ])
    const { stdout } = await watchdog('incident', ids.trim(), '--json')
    const { decision, followed, evidence } = JSON.parse(stdout)
    assert.equal(decision.count, 10)
    assert.equal(followed[0].result, 'done')
    assert.deepEqual(
      evidence.parts.map(({ end }: { readonly end: string }) => end),
      ['whole', 'whole', 'whole'],
    )
    assert.match(evidence.parts[0].text, /worker 10 exited; increase workers to minimal/)
    assert.match(evidence.parts[1].text, /Active: active \(running\)/)
    assert.match((await watchdog('history', '--rule', 'churn')).stdout, /churn: restart site\.service: done/)
  })

  test('gives signs of life, and is ended and begun again when its event loop is stuck', async () => {
    const seen = await show('WatchdogTimestampMonotonic')
    await until('a sign of life', async () => (await show('WatchdogTimestampMonotonic')) !== seen)
    const before = await restarts()
    await lab.run('kill', ['-STOP', await show('MainPID')])
    await site.log(...deaths(10))
    await begunAgain(before)
    assert.match(await log(), /Watchdog timeout/)
    // What came while it was stuck has been read since.
    await siteRestarted()
  })

  test('is begun again when a journalctl no longer delivers', async () => {
    const stop =
      'for pid in $(cat /proc/$1/task/$1/children); do grep -q journalctl /proc/$pid/comm && kill -STOP $pid; done'
    const before = await restarts()
    await lab.run('sh', ['-c', `${stop}; true`, 'sh', await show('MainPID')])
    await site.log(...deaths(10))
    await begunAgain(before)
    assert.match(await log(), /source site: journalctl does not deliver entries .* no more signs of life/)
    await siteRestarted()
    await restartsTheSite()
  })

  test('reads its rules again, and goes on with those before where the file is wrong', async () => {
    const before = await restarts()
    const rules = rulesText({ unit: site.unit, cooldown: '1us' })
    await lab.writeFile('/etc/unit-watchdog/rules.yaml', rules.replace('threshold', 'treshold'))
    const { exitCode } = await lab.run('systemctl', ['reload', unit], { reject: false })
    assert.notEqual(exitCode, 0)
    await until('the status', async () => (await show('StatusText')).startsWith('the rule file is wrong'))
    // The file that changed is a reason of its own to read it again.
    await until('the end of both reloads', async () => (await show('ActiveState')) === 'active')
    await restartsTheSite()
    await lab.writeFile('/etc/unit-watchdog/rules.yaml', rules.replace('  marker:', '  other:'))
    await systemctl('reload', unit)
    await until('the status', async () => (await show('StatusText')).startsWith('watching 2 rules'))
    await until('the end of the reload', async () => (await show('ActiveState')) === 'active')
    assert.match(await log(), /new: other/)
    assert.equal(await restarts(), before)
    await restartsTheSite()
  })

  test('is not begun again with a wrong rule file, and says why', async () => {
    await lab.writeFile('/etc/unit-watchdog/rules.yaml', 'version: 1\nrulez: {}\n')
    const { exitCode } = await lab.run('systemctl', ['restart', unit], { reject: false })
    assert.notEqual(exitCode, 0)
    assert.equal(await show('ExecMainStatus'), '2')
    assert.equal(await show('ActiveState'), 'failed')
    assert.match(await log(), /rulez/)
    const { stderr } = await watchdog('install', '--rules', rulesFile)
    assert.match(stderr, /rulez/)
  })

  test('is installed with the rules that are in place, and says that they are others', async () => {
    await lab.writeFile(
      '/etc/unit-watchdog/rules.yaml',
      rulesText({ unit: site.unit, target: 'other.service' }),
    )
    const { stdout, stderr } = await watchdog('install', '--rules', rulesFile)
    assert.match(stdout, /^kept \/etc\/unit-watchdog\/rules\.yaml/m)
    assert.match(stdout, /^replaced .*60-unit-watchdog\.rules: lets unit-watchdog restart other\.service$/m)
    assert.match(stderr, /is not the same as .*cp /)
  })

  test('is uninstalled and leaves what is the administrator’s, or with --purge nothing', async () => {
    await systemctl('start', unit)
    const pid = await show('MainPID')
    const lines = await installed('uninstall')
    assert.equal(await isThere(`/proc/${pid}`), false)
    assert.match(lines.at(-1) ?? '', /rules\.yaml.*unit-watchdog are left; --purge/)
    for (const path of [
      'sysusers.d/unit-watchdog.conf',
      `systemd/system/${unit}`,
      'polkit-1/rules.d/60-unit-watchdog.rules',
    ])
      assert.equal(await isThere(`/etc/${path}`), false, path)
    assert.equal(await isThere('/etc/unit-watchdog/rules.yaml'), true)
    for (let turn = 0; turn < 2; turn++) await installed('uninstall', '--purge')
    assert.equal(await isThere('/etc/unit-watchdog'), false)
    assert.equal(await isThere('/var/lib/unit-watchdog'), false)
    assert.equal((await lab.run('id', ['unit-watchdog'], { reject: false })).exitCode, 1)
  })

  test('is installed by a user for units of their own', async () => {
    await lab.run('install', ['-d', '-o', 'somebody', '/run/home'])
    await lab.run('usermod', ['-d', '/run/home', 'somebody'])
    const env = await lab.startUserManager('somebody')
    const asUser = async (command: string, ...args: readonly string[]) =>
      (await lab.run(command, args, { user: 'somebody', env })).stdout
    await lab.writeFile(
      '/etc/systemd/user/own.service',
      '[Service]\nExecStart=sleep infinity\n[Install]\nWantedBy=default.target\n',
    )
    const rules = rulesText({ unit: 'own.service' }).replace(/{ journal: .*}/, '{ file: /run/home/own.log }')
    await lab.writeFile('/run/lab/own.yaml', rules)

    const said = await asUser('node', program, 'install', '--user', '--rules', '/run/lab/own.yaml')
    assert.doesNotMatch(said, /polkit|sysusers/)
    const path = '/run/home/.config/systemd/user/unit-watchdog.service'
    assert.match(said, new RegExp(`^wrote ${path}`))
    const verify = ['--user', 'verify', '--man=no', path]
    assert.equal((await lab.run('systemd-analyze', verify, { user: 'somebody', env })).stderr, '')
    await asUser('systemctl', '--user', 'enable', '--now', 'own.service', unit)
    const invocation = () =>
      asUser('systemctl', '--user', 'show', '--value', '-p', 'InvocationID', 'own.service')
    const before = await invocation()
    await asUser('sh', '-c', `echo '${deaths(10).join('\n')}' >>/run/home/own.log`)
    await until('the restart', async () => (await invocation()) !== before)

    await asUser('node', program, 'uninstall', '--user', '--purge')
    assert.equal(await asUser('find', '/run/home', '-name', '*watchdog*'), '')
  })
})
