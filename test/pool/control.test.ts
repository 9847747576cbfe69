/** The control socket, and `fcgi-pool status`, which asks it. */

import assert from 'node:assert/strict'
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { until } from '../lab/until.ts'
import { isAlive, type PoolProcess, startPool } from './support/pool-process.ts'
import { runStatus } from './support/run-status.ts'
import { type Workspace, workspace } from './support/workspace.ts'

const app = fileURLToPath(new URL('fixtures/app.js', import.meta.url))
const example = readFileSync(new URL('../../src/pool/examples/pool.yaml', import.meta.url), 'utf8')

describe('the control socket', { timeout: 60_000 }, () => {
  let space: Workspace
  let control: string

  beforeEach(() => {
    space = workspace()
    control = space.path('control')
  })
  afterEach(() => space.end())

  const start = (name: string, path = control): Promise<PoolProcess> =>
    startPool(space, { args: ['-w', '1', '-l', `./${name}.sock`, '--control', path, app] })

  /** Exit code and log of a pool that cannot start. */
  const refused = async (path: string): Promise<readonly [number | null, string]> => {
    const args = ['-w', '1', '-l', './refused.sock', '--control', path, app]
    const pool = await startPool(space, { args, ready: false })
    await until('the pool to end', () => pool.child.exitCode !== null)
    return [pool.child.exitCode, pool.log()]
  }

  const status = (...args: readonly string[]) => runStatus(space, ...args)

  test('takes the place of nothing but a socket', async () => {
    const refusal = (path: string, because: string) => [
      1,
      `cannot open the control socket ${path}: ${because}\n`,
    ]
    space.write('control', 'precious')
    assert.deepEqual(await refused(control), refusal(control, 'it exists and is no socket'))
    assert.equal(readFileSync(control, 'utf8'), 'precious')

    mkdirSync(space.path('folder'))
    assert.deepEqual(
      await refused(space.path('folder')),
      refusal(space.path('folder'), 'it exists and is no socket'),
    )
    symlinkSync('nowhere', space.path('link'))
    assert.deepEqual(
      await refused(space.path('link')),
      refusal(space.path('link'), 'it exists and is no socket'),
    )
    assert.ok(lstatSync(space.path('link')).isSymbolicLink())

    const deep = space.path('no/control')
    assert.deepEqual(await refused(deep), refusal(deep, `there is no folder ${space.path('no')}`))
    const long = space.path('x'.repeat(99 - space.directory.length))
    assert.deepEqual(await refused(long), refusal(long, 'its path has 100 bytes, and 99 are possible'))
    const left = readdirSync(space.directory).filter((name) => name !== 'refused.sock')
    assert.deepEqual(left.sort(), ['control', 'folder', 'link'])
  })

  test('is removed by the pool that it belongs to, and not by one that had the path before', async () => {
    const before = await start('before')
    const after = await start('after')
    assert.equal(await before.stop(), 0)
    assert.match(status('--control', './control').stdout, new RegExp(`^manager: +${after.pid}, running`))
    assert.equal(await after.stop(), 0)
    assert.equal(existsSync(control), false)
  })

  test('is that of the new manager after an upgrade', async () => {
    const pool = await start('pool')
    pool.signal('SIGUSR2')
    await until('the old manager to leave', () => !isAlive(pool.pid))
    const [, upgraded] = /manager (\d+) takes over/.exec(pool.log()) ?? []
    await until('the new one to answer', () => status('--control', control).status === 0)
    assert.match(status('--control', control).stdout, new RegExp(`^manager: +${upgraded}, running`))
    await pool.stop()
    assert.equal(existsSync(control), false)
  })

  test('is found by the configuration, which need not say where to listen for that, nor which application', async () => {
    const pool = await start('pool')
    const asked = new RegExp(`^manager: +${pool.pid}, running`)
    // Systemd's socket is not there when one asks for the status.
    const shipped = example.replace('/run/fcgi-pool/site/control', control)
    assert.notEqual(shipped, example)
    for (const text of [shipped, 'app: a.js\ncontrol: ./control\n', `control: ${control}\n`])
      assert.match(status('-c', space.write('pool.yaml', text)).stdout, asked, text)
  })

  test('that is not named, or named in a wrong configuration, is a mistake in the use', () => {
    const told = [status(), status('-c', space.write('pool.yaml', 'app: a.js\n'))]
    for (const { status: code, stderr } of told) {
      assert.equal(code, 2)
      assert.match(stderr, /^expected --control PATH, or --config FILE with a control path; .*\n$/)
    }
    const wrong = status('-c', space.write('pool.yaml', 'contrl: ./control\n'))
    assert.deepEqual(
      [wrong.status, wrong.stderr],
      [2, `${space.path('pool.yaml')}:1:1: unknown key contrl; did you mean control?\n`],
    )
    assert.equal(status('--control', './control').status, 1)
  })
})
