import assert from 'node:assert/strict'
import { readFileSync, rmSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { bootLab, type Lab, labUnavailable } from '../lab/lab.ts'
import { deaths, rulesText } from '../system/rules.ts'
import { type Service, startService } from '../system/service.ts'
import { buildPackage } from './built-package.ts'
import { type Machine, machineUnavailable, startMachine } from './machine.ts'

/** What dpkg, useradd and journalctl keep for themselves. */
const bookkeeping =
  /^\w+ (var\/lib\/dpkg|var\/log\/(dpkg|alternatives)\.log|etc\/(passwd|shadow|group|gshadow|subuid|subgid)-$|etc\/\.pwd\.lock$|var\/lib\/systemd\/catalog(\/|$))/

const rules = `version: 1
sources:
  input: { file: "-" }
rules:
  told:
    source: input
    match: a worker died
    threshold: { count: 2, within: 1min }
    then:
      - command: [/bin/cp, /etc/hostname, /tmp/told]
`

/** A lab shows its host's /usr, and has an empty /var. */
const writableMachine = `
  mkdir -p /run/usr/upper /run/usr/work /var/lib/dpkg/info /var/lib/dpkg/updates /var/lib/dpkg/triggers
  touch /var/lib/dpkg/status
  mount -t overlay overlay -o lowerdir=/usr,upperdir=/run/usr/upper,workdir=/run/usr/work /usr
  [ -e /usr/bin/node ] || ln -s /run/lab/bin/node /usr/bin/node`

const example = '/usr/share/unit-watchdog/rules/example.yaml'

const unavailable = { machine: machineUnavailable(), lab: labUnavailable() ?? false }
const isBuilt = unavailable.machine === false || unavailable.lab === false
const deb = isBuilt ? await buildPackage() : ''
after(() => {
  if (isBuilt) rmSync(dirname(deb), { recursive: true })
})

describe('the Debian package', { skip: unavailable.machine }, () => {
  let machine: Machine
  before(async () => {
    machine = await startMachine()
    assert.match(basename(deb), /^unit-watchdog_\d+\.\d+\.\d+_all\.deb$/)
    await machine.writeFile('/tmp/watchdog.deb', readFileSync(deb))
    await machine.run('dpkg', '--install', '--no-triggers', '/tmp/watchdog.deb')
  })
  after(() => machine?.close())

  test('has nothing that is made for one kind of machine only', async () => {
    const { stdout } = await machine.run('dpkg', '--listfiles', 'unit-watchdog')
    assert.deepEqual(
      stdout.split('\n').filter((path) => /\.(node|so)$/.test(path)),
      [],
    )
  })

  test('has programs that run', async () => {
    const { stdout: version } = await machine.run('unit-watchdog', '--version')
    assert.equal((await machine.run('fcgi-pool', '--version')).stdout, version)
    assert.match(
      (await machine.run('watchdog', 'test', '/usr/share/unit-watchdog/rules/nginx.yaml')).stdout,
      /passed/,
    )
    assert.match((await machine.run('watchdog', 'rules', 'list')).stdout, /^php-fpm /m)
    await machine.writeFile('/tmp/rules.yaml', rules)
    const watch = 'printf "a worker died\\na worker died\\n" | watchdog --rules /tmp/rules.yaml'
    await machine.run('sh', '-c', watch)
    await machine.run('test', '-f', '/tmp/told')
  })

  test('has a pool that serves', async () => {
    const app = "export default { fetch: () => new Response('here I am') }\n"
    await machine.writeFile('/tmp/app.mjs', app)
    const ask = `
      fcgi-pool --listen /tmp/pool --workers 1 /tmp/app.mjs 2>/tmp/pool.log & pool=$!
      for i in $(seq 300); do
        REQUEST_METHOD=GET REQUEST_URI=/ SCRIPT_NAME=/ SERVER_PROTOCOL=HTTP/1.1 HTTP_HOST=here \\
          cgi-fcgi -bind -connect /tmp/pool 2>/dev/null | grep 'here I am' && break
        sleep 0.1
      done
      kill $pool; wait $pool || cat /tmp/pool.log >&2`
    assert.equal((await machine.run('bash', '-c', ask)).stdout, 'here I am')
  })

  test('has manual pages, completions and units that are found', async () => {
    for (const page of ['watchdog', 'unit-watchdog', 'watchdog-rules', 'fcgi-pool'])
      assert.match((await machine.run('man', '--where', page)).stdout, /^\/usr\/share\/man\/man[15]\//)
    for (const name of ['watchdog', 'unit-watchdog', 'fcgi-pool']) {
      const completes = `source /usr/share/bash-completion/completions/${name} && complete -p ${name}`
      await machine.run('bash', '-c', completes)
      await machine.run('test', '-e', `/usr/share/zsh/vendor-completions/_${name}`)
      await machine.run('test', '-e', `/usr/share/fish/vendor_completions.d/${name}.fish`)
    }
    await machine.run('systemd-analyze', 'verify', '--man=no', 'unit-watchdog.service')
    await machine.run('id', 'unit-watchdog')
  })

  test('says at an upgrade beside the package watchdog which name is its own', async () => {
    await machine.writeFile('/usr/sbin/watchdog', '')
    const { stderr } = await machine.run('dpkg', '--install', '--no-triggers', '/tmp/watchdog.deb')
    assert.match(stderr, /call this one unit-watchdog/)
    await machine.run('rm', '/usr/sbin/watchdog')
  })

  test('leaves nothing of itself, nor of what its programs have put in place', async () => {
    await machine.run('env', 'SYSTEMD_OFFLINE=1', 'watchdog', 'install', '--rules', example)
    await machine.run('systemctl', 'enable', 'unit-watchdog.service', 'fcgi-pool@site.socket')
    await machine.run('dpkg', '--remove', '--no-triggers', 'unit-watchdog')
    await machine.run('test', '-f', '/etc/unit-watchdog/rules.yaml')
    await machine.run('dpkg', '--purge', '--no-triggers', 'unit-watchdog')
    assert.deepEqual(
      (await machine.leftovers()).filter((line) => !bookkeeping.test(line) || line.includes('watchdog')),
      [],
    )
  })
})

describe('the Debian package on a machine that runs', { skip: unavailable.lab }, () => {
  const unit = 'unit-watchdog.service'
  let lab: Lab
  let site: Service
  before(async () => {
    lab = await bootLab()
    site = await startService(lab, 'site')
    await lab.run('sh', ['-c', writableMachine])
    await lab.run('sh', ['-c', 'base64 -d >/run/watchdog.deb'], {
      input: readFileSync(deb).toString('base64'),
    })
  })
  after(() => lab?.close())

  // A lab has no list of packages, so none of those that it depends on.
  const dpkg = (...args: readonly string[]) =>
    lab.run('dpkg', ['--force-depends', '--no-triggers', ...args], { timeoutMs: 60_000 })
  const show = async (property: string) =>
    (await lab.run('systemctl', ['show', '--value', '-p', property, unit])).stdout
  const exists = async (command: string, ...args: readonly string[]) =>
    (await lab.run(command, args, { reject: false })).exitCode === 0

  test('brings a service that waits for its rules, and then restarts what they name', async () => {
    await dpkg('--install', '/run/watchdog.deb')
    assert.equal(await show('UnitFileState'), 'disabled')
    await lab.writeFile('/run/rules.yaml', rulesText({ unit: site.unit }))
    await lab.run('watchdog', ['install', '--rules', '/run/rules.yaml'])
    await lab.run('systemctl', ['enable', '--now', unit])
    await site.log(...deaths(10))
    await site.started(2)
  })

  test('begins the service again at an upgrade', async () => {
    const before = await show('MainPID')
    await dpkg('--install', '/run/watchdog.deb')
    assert.equal(await show('ActiveState'), 'active')
    assert.notEqual(await show('MainPID'), before)
  })

  test('ends it when it is removed, and takes its user, rules and state along when it is purged', async () => {
    await dpkg('--remove', 'unit-watchdog')
    assert.deepEqual([await show('LoadState'), await show('MainPID')], ['not-found', '0'])
    assert.ok(await exists('test', '-d', '/var/lib/unit-watchdog'))
    await dpkg('--purge', 'unit-watchdog')
    for (const path of ['/var/lib/unit-watchdog', '/etc/unit-watchdog', '/usr/lib/unit-watchdog'])
      assert.ok(!(await exists('test', '-e', path)), path)
    assert.ok(!(await exists('id', 'unit-watchdog')))
    assert.doesNotMatch((await lab.run('ls', ['/etc/polkit-1/rules.d'])).stdout, /watchdog/)
  })
})
