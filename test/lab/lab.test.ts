import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { execa } from 'execa'
import { bootLab, type Lab, labUnavailable, projectInside } from './lab.ts'
import { until } from './until.ts'

const why = labUnavailable()

describe('a lab', { skip: why ?? false }, () => {
  let lab: Lab
  before(async () => {
    lab = await bootLab()
  })
  after(() => lab.close())

  test('runs a systemd that is up, with nothing failed', async () => {
    const { stdout } = await lab.run('systemctl', ['is-system-running'])
    assert.equal(stdout, 'running')
  })

  test('shows the project and node to every user, and no process of the host', async () => {
    const { stdout } = await lab.run('node', ['-p', 'process.ppid'], { user: 'nobody' })
    assert.equal(stdout, '0')
    const copy = `${projectInside}/test/lab/lab.test.ts`
    assert.match((await lab.run('cat', [copy], { user: 'nobody' })).stdout, /shows the project and node/)
    assert.match((await lab.run('cat', [import.meta.filename])).stdout, /shows the project and node/)
  })

  test('can write neither to the host nor to its kernel settings', async () => {
    const probe = `${import.meta.dirname}/must-not-appear`
    for (const path of ['/usr/must-not-appear', probe, '/proc/sys/kernel/hostname'])
      await assert.rejects(lab.writeFile(path, 'x'), /Read-only file system/, path)
  })

  test('runs units and keeps what they log by the unit', async () => {
    await lab.writeUnit('hello.service', '[Service]\nType=oneshot\nExecStart=echo hello from inside\n')
    await lab.run('systemctl', ['start', 'hello.service'])
    const { stdout } = await lab.run('journalctl', ['-u', 'hello.service', '-t', 'echo', '-o', 'cat'])
    assert.equal(stdout, 'hello from inside')
  })

  test('has users of its own, who read the journal only as members of its group', async () => {
    await lab.addUser('reader', ['systemd-journal'])
    await lab.addUser('stranger')
    await lab.log('for the group')
    const read = ['-o', 'cat', '-g', 'for the group']
    assert.equal((await lab.run('journalctl', read, { user: 'reader' })).stdout, 'for the group')
    const refused = await lab.run('journalctl', read, { user: 'stranger', reject: false })
    assert.match(refused.stderr, /insufficient permissions/)
    assert.doesNotMatch(await readFile('/etc/passwd', 'utf8'), /^reader:/m)
  })

  test('asks polkit, whose rules it can be given', async () => {
    await lab.addUser('operator')
    await lab.writeUnit('mine.service', '[Service]\nExecStart=sleep infinity\n')
    await lab.writePolkitRule(
      '50-lab.rules',
      `polkit.addRule(function (action, subject) {
         if (action.id === 'org.freedesktop.systemd1.manage-units' &&
             action.lookup('unit') === 'mine.service' && subject.user === 'operator') return polkit.Result.YES
       })`,
    )
    const restart = (unit: string) =>
      lab.run('busctl', [...restartCall, unit, 'replace'], { user: 'operator', reject: false })
    assert.equal((await restart('mine.service')).exitCode, 0)
    assert.match((await restart('dbus.service')).stderr, /authentication required|Access denied/i)
  })

  test('logs with claimed fields, to which journald adds who it was', async () => {
    await lab.addUser('liar')
    await lab.log('I am the unit', { user: 'liar', fields: { UNIT: 'mine.service' }, times: 3 })
    const { stdout } = await lab.run('journalctl', ['-o', 'json', '-g', 'I am the unit'])
    const entries = stdout.split('\n').map((line): unknown => JSON.parse(line))
    assert.equal(entries.length, 3)
    assert.match(stdout, /"UNIT":"mine.service"/)
    assert.doesNotMatch(stdout, /"_SYSTEMD_UNIT"/)
    const uid = (await lab.run('id', ['-u', 'liar'])).stdout
    assert.match(stdout, new RegExp(`"_UID":"${uid}"`))
  })

  test('ends a command that takes too long', async () => {
    const slow = 'echo $$ >/run/slow; sleep 300; true'
    await assert.rejects(lab.run('sh', ['-c', slow], { timeoutMs: 300, reject: false }), /sh took longer/)
    const { stdout: pid } = await lab.run('cat', ['/run/slow'])
    await until(
      'its end',
      async () => (await lab.run('test', ['-e', `/proc/${pid}`], { reject: false })).exitCode === 1,
    )
  })

  test('starts long-running processes whose end can be had', async () => {
    const reader = await lab.spawn('journalctl', ['-f', '-o', 'cat'])
    await lab.log('seen by the follower')
    await reader.waitFor(/seen by the follower/)
    assert.equal(await reader.kill(), undefined)
    assert.equal(await (await lab.spawn('sh', ['-c', 'exit 3'])).exited, 3)
  })
})

describe('labs side by side', { skip: why ?? false }, () => {
  test('do not see each other, and leave nothing behind', async () => {
    const labs = await Promise.all([bootLab(), bootLab()])
    await labs[0].log('only in the first')
    const search = ['-q', '-o', 'cat', '-g', 'only in the first']
    assert.equal((await labs[0].run('journalctl', search)).stdout, 'only in the first')
    assert.equal((await labs[1].run('journalctl', search, { reject: false })).stdout, '')

    const pid = await (await labs[0].spawn('sleep', ['infinity'])).hostPid()
    await Promise.all(labs.map((lab) => lab.close()))
    assert.equal(alive(pid), false)
    for (const lab of labs) assert.equal(await controlGroups(lab.name), '')
    await labs[0].close()
  })

  test('die with the process that booted them', async () => {
    const boot = `import { bootLab } from ${JSON.stringify(new URL('lab.ts', import.meta.url).href)}
      const lab = await bootLab()
      console.log(lab.name, await (await lab.spawn('sleep', ['infinity'])).hostPid())
      setInterval(() => {}, 1000)`
    const owner = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', boot], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const said = await new Promise<string>((resolve) =>
      owner.stdout.once('data', (text) => resolve(`${text}`)),
    )
    const [name = '', pid] = said.trim().split(' ')
    assert.equal(alive(Number(pid)), true)
    owner.kill('SIGKILL')
    await until('the lab to die', () => !alive(Number(pid)))
    await until('its control group to go', async () => (await controlGroups(name)) === '')
  })
})

const alive = (pid: number): boolean => existsSync(`/proc/${pid}`)

/** The control groups of the lab `name`, as the host's own hierarchy has them. */
const controlGroups = async (name: string): Promise<string> => {
  const list =
    'mount -t tmpfs tmpfs /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup && find /sys/fs/cgroup -path "*$0*"'
  return (await execa('unshare', ['--mount', 'sh', '-c', list, name])).stdout
}

const restartCall = [
  'call',
  'org.freedesktop.systemd1',
  '/org/freedesktop/systemd1',
  'org.freedesktop.systemd1.Manager',
  'RestartUnit',
  'ss',
]
