import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { type Machine, machineUnavailable, startMachine } from './machine.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))

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

const example = '/usr/share/unit-watchdog/rules/example.yaml'

describe('the Debian package', { skip: machineUnavailable() }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'watchdog-deb-'))
  let machine: Machine
  before(async () => {
    await execa(process.execPath, ['.config/build-deb.mjs', folder], { cwd: project, timeout: 120_000 })
    machine = await startMachine()
    const [name = ''] = readdirSync(folder)
    assert.match(name, /^unit-watchdog_\d+\.\d+\.\d+_all\.deb$/)
    await machine.writeFile('/tmp/watchdog.deb', readFileSync(join(folder, name)))
    await machine.run('dpkg', '--install', '--no-triggers', '/tmp/watchdog.deb')
  })
  after(async () => {
    await machine?.close()
    rmSync(folder, { recursive: true })
  })

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
