/** The listening socket: opened, inherited or refused, and never left behind. */

import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openListener } from '../../src/pool/manager/listener.ts'
import { until } from '../lab/until.ts'
import { fcgiClient, requestRecords } from './support/fcgi-client.ts'
import { isAlive, type PoolProcess, startPool } from './support/pool-process.ts'
import { freePort, type Workspace, workspace } from './support/workspace.ts'

const app = fileURLToPath(new URL('fixtures/app.js', import.meta.url))

describe('a pool', { timeout: 60_000 }, () => {
  let space: Workspace
  let socket: string

  beforeEach(() => {
    space = workspace()
    socket = space.path('pool.sock')
  })
  afterEach(() => space.end())

  const assertServes = async (address: string): Promise<void> => {
    const client = await fcgiClient(address)
    const { stdout } = await client.request(1, { REQUEST_METHOD: 'GET', REQUEST_URI: '/?it' })
    assert.match(stdout, /\r\n\r\n\?it 0\n$/)
    client.close()
  }

  /** Its exit code and log, as it cannot start. */
  const refused = (listen: string) => refusedWith('-w', '1', '-l', listen, app)
  const refusedWith = async (...args: readonly string[]): Promise<readonly [number | null, string]> => {
    const pool = await startPool(space, { args, ready: false })
    await until('the pool to end', () => pool.child.exitCode !== null)
    return [pool.child.exitCode, pool.log()]
  }

  const skip = process.getuid?.() === 0 ? false : 'only root gives files away'
  test('gives its Unix socket the mode and owner it is told, and removes it at its end', {
    skip,
  }, async () => {
    space.write(
      'pool.yaml',
      `app: ${app}\nworkers: 1\nlisten: { path: ${socket}, mode: "0604", owner: www-data, group: nogroup }\n`,
    )
    const pool = await startPool(space, { args: ['-c', 'pool.yaml'] })
    const { mode, uid, gid } = statSync(socket)
    assert.deepEqual([(mode & 0o777).toString(8), uid, gid], ['604', 33, 65_534])
    await assertServes(socket)
    assert.equal(await pool.stop(), 0)
    assert.equal(existsSync(socket), false)
  })

  test('takes the place of a socket that a killed pool left, but never of one that is served, or of a file', async () => {
    const first = await startPool(space, { args: ['-w', '1', '-l', socket, app] })
    assert.deepEqual(await refused(socket), [
      1,
      `cannot listen on ${socket}: the address is already in use\n`,
    ])
    await assertServes(socket)
    const workers = first.workers()
    first.signal('SIGKILL')
    await until('it to end', () => [first.pid, ...workers].every((pid) => !isAlive(pid)))
    const second = await startPool(space, { args: ['-w', '1', '-l', socket, app] })
    await assertServes(socket)
    await second.stop()

    writeFileSync(socket, 'of somebody else')
    assert.deepEqual(await refused(socket), [1, `cannot listen on ${socket}: it exists and is no socket\n`])
    assert.ok(existsSync(socket))
  })

  test('says which port is taken', async () => {
    const server = createServer()
    space.onEnd(() => server.close())
    const port = await freePort()
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    assert.deepEqual(await refused(`127.0.0.1:${port}`), [
      1,
      `cannot listen on 127.0.0.1:${port}: the address is already in use\n`,
    ])
  })

  test('says why it cannot listen, and leaves nothing behind', async () => {
    const file = space.write('file', '')
    const long = space.path('x'.repeat(107 - space.directory.length))
    const because = {
      [space.path('no/pool.sock')]: `there is no folder ${space.path('no')}`,
      [`${file}/pool.sock`]: `there is no folder ${file}`,
      [long]: 'its path has 108 bytes, and 107 are possible',
      '203.0.113.7:9000': 'the address is not of this machine',
      'fd:999': 'it is not open',
    }
    for (const [listen, reason] of Object.entries(because)) {
      const shown = listen.replace('fd:', 'descriptor ')
      assert.deepEqual(await refused(listen), [1, `cannot listen on ${shown}: ${reason}\n`])
    }
    const config = space.write(
      'pool.yaml',
      `app: ${app}\nlisten: { path: ./pool.sock, owner: no-such-user }\n`,
    )
    assert.deepEqual(await refusedWith('-c', config), [1, 'cannot find the user no-such-user\n'])
    assert.deepEqual(readdirSync(space.directory).sort(), ['file', 'pool.yaml'])
  })

  test('that is told of no address, or no number, says so as a mistake in its use', async () => {
    for (const listen of ['abc:9000', '999.1.1.1:9000', 'example.org:9000']) {
      const [code, said] = await refused(listen)
      assert.equal(code, 2)
      assert.match(said, /^listen: expected HOST:PORT with an IP address or localhost .*, got ".*"\n$/)
    }
    const [code, said] = await refusedWith('-w', 'abc', '-l', socket, app)
    assert.equal(code, 2)
    assert.match(said, /^workers: expected a number from 1 to 10000.*, got "abc"\n$/)
  })

  test('listens where an option says it, from the working directory, wherever its configuration is', async () => {
    mkdirSync(space.path('etc'))
    space.write('etc/pool.yaml', `app: ${app}\nworkers: 1\nlisten: ./other.sock\n`)
    await startPool(space, { args: ['-c', 'etc/pool.yaml', '-l', './pool.sock', '--control', 'control'] })
    await assertServes(socket)
    assert.ok(statSync(space.path('control')).isSocket())
    assert.deepEqual(readdirSync(space.path('etc')), ['pool.yaml'])
  })

  const inherited = {
    'as descriptor 0, as the specification has it': { number: 0, args: [], env: {} },
    'as a descriptor by its number': { number: 3, args: ['-l', 'fd:3'], env: {} },
    'as one of systemd': { number: 3, args: ['-l', 'systemd'], env: { LISTEN_FDS: '1' } },
    'as one of systemd, without being told': { number: 3, args: [], env: { LISTEN_FDS: '1' } },
  } as const
  for (const [how, { number, args, env }] of Object.entries(inherited)) {
    test(`takes its socket ${how}, and upgrades with it`, async () => {
      const listener = await openListener({
        kind: 'unix',
        path: socket,
        mode: 0o600,
        owner: undefined,
        group: undefined,
      })
      space.onEnd(() => listener.close())
      const pool = await startPool(space, {
        args: ['-w', '1', ...args, app],
        env,
        descriptors: { [number]: listener.fd },
      })
      await assertServes(socket)
      pool.signal('SIGUSR2')
      await pool.waitFor(/takes over/)
      await until('the old manager to leave', () => !isAlive(pool.pid))
      await assertServes(socket)
      await pool.stop()
      assert.ok(existsSync(socket), 'a socket that was inherited is not removed')
    })
  }

  test('whose socket cannot be listened on says EX_ACCEPT, and goes on trying', async () => {
    const pool: PoolProcess = await startPool(space, {
      args: ['-w', '1', '-l', 'fd:3', app],
      descriptors: { 3: 'pipe' },
      ready: false,
    })
    await pool.waitFor(/status 83 \(EX_ACCEPT\), .*reason: cannot accept: .*EINVAL.*increase workers/, 2)
    assert.ok(isAlive(pool.pid))
  })

  test('changes the mode of its socket at a reload, in place', async () => {
    const config = (mode: string, workers: number): string =>
      `app: ${app}\nworkers: ${workers}\nlisten: { path: ${socket}, mode: "${mode}" }\n`
    space.write('pool.yaml', config('0600', 1))
    const pool = await startPool(space, { args: ['-c', 'pool.yaml'] })
    const { ino, mode } = statSync(socket)
    assert.equal(mode & 0o777, 0o600)
    space.write('pool.yaml', config('0666', 2))
    pool.signal('SIGHUP')
    await pool.waitFor(/worker \d+ is ready/, 3)
    assert.equal(statSync(socket).mode & 0o777, 0o666)
    assert.equal(statSync(socket).ino, ino)
    await assertServes(socket)
  })

  test('keeps the permissions of its socket where a reload is refused, and takes back an owner that is no longer named', async () => {
    const config = (permissions: string, rest = ''): string =>
      `app: ${app}\nworkers: 1\nlisten: { path: ${socket}, ${permissions} }\n${rest}`
    const seen = (): readonly number[] => {
      const { mode, uid, gid } = statSync(socket)
      return [mode & 0o777, uid, gid]
    }
    space.write('pool.yaml', config('mode: "0600"'))
    const pool = await startPool(space, { args: ['-c', 'pool.yaml'] })
    const before = seen()
    space.write('pool.yaml', config('mode: "0666", owner: "33", group: "33"', `control: ${socket}/none\n`))
    pool.signal('SIGHUP')
    await pool.waitFor(/no reload \(SIGHUP\), everything stays as it was/)
    assert.deepEqual(seen(), before)
    space.write('pool.yaml', config('mode: "0660", owner: "33", group: "33"'))
    pool.signal('SIGHUP')
    await until('the owner', () => seen()[1] === 33)
    assert.deepEqual(seen(), [0o660, 33, 33])
    space.write('pool.yaml', config('mode: "0600"'))
    pool.signal('SIGHUP')
    await until('the owner to be taken back', () => seen()[1] !== 33)
    assert.deepEqual(seen(), before)
  })

  test('goes back to an address that its old workers still have', async () => {
    const config = (listen: string): string => `app: ${app}\nworkers: 1\nlisten: ${listen}\n`
    space.write('pool.yaml', config(socket))
    const pool = await startPool(space, { args: ['-c', 'pool.yaml'] })
    const busy = await fcgiClient(socket)
    busy.socket.write(Buffer.concat(requestRecords(1, { REQUEST_METHOD: 'POST' }, true)))
    for (const [turn, address] of [space.path('other.sock'), socket].entries()) {
      space.write('pool.yaml', config(address))
      pool.signal('SIGHUP')
      await pool.waitFor(/worker \d+ is ready/, 2 + turn)
      await assertServes(address)
    }
    busy.close()
    await pool.waitFor(/has left \(reload\)/, 2)
    await until('the other socket to go', () => !existsSync(space.path('other.sock')))
    await assertServes(socket)
    assert.equal(pool.count(/no reload/), 0, pool.log())
  })

  test('that is told of another address at a reload moves there, and not to one that is taken', async () => {
    const config = (listen: string): string => `app: ${app}\nworkers: 1\nlisten: ${listen}\n`
    space.write('pool.yaml', config(socket))
    const pool = await startPool(space, { args: ['-c', 'pool.yaml'] })
    const kept = await fcgiClient(socket)
    const other = `127.0.0.1:${await freePort()}`
    space.write('pool.yaml', config(other))
    pool.signal('SIGHUP')
    await pool.waitFor(/has left \(reload\)/)
    await assertServes(other)
    const { stdout } = await kept.request(1, { REQUEST_METHOD: 'GET', REQUEST_URI: '/?kept' })
    assert.match(stdout, /\?kept 0\n$/, 'connections that were there are served')
    kept.close()
    await until('the old socket to go', () => !existsSync(socket))

    writeFileSync(socket, '')
    space.write('pool.yaml', config(socket))
    pool.signal('SIGHUP')
    await pool.waitFor(/no reload \(SIGHUP\), everything stays as it was: cannot listen on/)
    await assertServes(other)
  })
})
