/** The configuration: what is wrong is told at once, all of it, each with its place and what was expected. */

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { loadSettings } from '../../src/pool/config/load-settings.ts'
import { type Overrides, parseConfig } from '../../src/pool/config/parse-config.ts'
import { ConfigError } from '../../src/pool/config/problem.ts'
import { parseSize, parseSpan } from '../../src/pool/config/quantity.ts'
import { workspace } from './support/workspace.ts'

const parse = (text: string, overrides: Overrides = {}) => parseConfig(text, 'pool.yaml', overrides)

function problems(text: string, overrides: Overrides = {}): string[] {
  try {
    parse(text, overrides)
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n')
    throw error
  }
  return []
}

describe('a configuration', () => {
  test('has defaults for all but the application', () => {
    const config = parse('app: ./app.js\n')
    assert.equal(config.workers, 2)
    assert.equal(config.reload, 'rolling')
    const times = Object.entries(config).filter(([name]) => /_(timeout|delay)$/.test(name))
    assert.ok(times.length >= 8)
    for (const [name, value] of times) assert.ok(Number(value) > 0, `${name} must not be 0`)
  })

  test('whose mistakes are told at once, in the order of the file', () => {
    const found = problems(
      'app: ./app.js\nworkers: many\nrequest_timeout: 30\nmax_memroy: 1G\nping_path: ping\n',
    )
    assert.deepEqual(found, [
      'pool.yaml:2:10: workers: expected a number from 1 to 10000, or { mode: static, count }, { mode: dynamic, min, max, min_spare, max_spare, step }, or { mode: ondemand, max, idle_timeout }, got "many"',
      'pool.yaml:3:18: request_timeout: expected a time span above zero with a unit, like 30s or 1min 30s, got 30',
      'pool.yaml:4:1: unknown key max_memroy; did you mean max_memory?',
      'pool.yaml:5:12: ping_path: expected a path that begins with /, got "ping"',
    ])
  })

  test('without an application, with broken YAML, with what contradicts itself', () => {
    assert.match(
      problems('workers: 1\n')[0] ?? '',
      /^pool\.yaml:1:1: app is missing: expected the path of a module/,
    )
    assert.match(problems('app: [\n')[0] ?? '', /^pool\.yaml:2:1: /)
    assert.match(problems('just text\n')[0] ?? '', /expected keys and values/)
    assert.match(
      problems('app: a.js\nworkers: { mode: ondemand, max: 3 }\ndispatch: shared\n')[0] ?? '',
      /^pool\.yaml:3:11: dispatch: expected idle with workers of mode ondemand/,
    )
    assert.deepEqual(
      problems('app: a.js\nworkers: { mode: dynamic, min: 5, max: 3, min_spare: 9, max_spare: 7 }\n'),
      [
        'pool.yaml:2:32: workers.min: expected at most max, which is 3, got 5',
        'pool.yaml:2:54: workers.min_spare: expected at most max_spare, which is 7, got 9',
      ],
    )
  })

  test('that wants more to spare than the default allows need not say it twice', () => {
    const spare = (more: string) =>
      parse(`app: a.js\nworkers: { mode: dynamic, min: 2, max: 8${more} }\n`).workers
    assert.deepEqual(spare(''), { mode: 'dynamic', min: 2, max: 8, min_spare: 1, max_spare: 3, step: 4 })
    assert.deepEqual(spare(', min_spare: 4'), {
      mode: 'dynamic',
      min: 2,
      max: 8,
      min_spare: 4,
      max_spare: 4,
      step: 4,
    })
  })

  test('whose aliases stand for nothing, for themselves or for too much', () => {
    assert.deepEqual(problems('app: *a\nworkers: *x\n'), [
      'pool.yaml:1:6: the alias *a stands for nothing: expected &a at a value before it',
      'pool.yaml:2:10: the alias *x stands for nothing: expected &x at a value before it',
    ])
    assert.deepEqual(problems('app: a.js\nworkers: &x [*x]\n'), [
      'pool.yaml:2:14: the alias *x is a part of what it stands for',
    ])
    const ten = (name: string): string => `[${Array(12).fill(name).join(', ')}]`
    const bomb = `app: a.js\na: &a ${ten('1')}\nb: &b ${ten('*a')}\nc: &c ${ten('*b')}\n`
    assert.match(problems(bomb)[0] ?? '', /^pool\.yaml:1:1: Excessive alias count/)
    assert.equal(
      parse('app: &app a.js\nping_path: /ping\nstatus_path: &s /s\nfaults: { crash_path: *s }\n').faults
        ?.crash_path,
      '/s',
    )
  })

  test('gives way to the command line, whose mistakes have no place', () => {
    assert.equal(parse('app: a.js\nworkers: 1\n', { workers: 7 }).workers, 7)
    assert.match(
      problems('app: a.js\n', { workers: 'abc' })[0] ?? '',
      /^workers: expected a number.*, got "abc"$/,
    )
    assert.match(problems('app: a.js\nworkers: .nan\n')[0] ?? '', /:2:10: workers: expected.*, got NaN$/)
  })

  test('takes addresses of every kind', async () => {
    const space = workspace()
    const listenOf = async (text: string): Promise<unknown> => {
      const file = space.write('pool.yaml', `app: a.js\nlisten: ${text}\n`)
      return (await loadSettings(file, {})).listen
    }
    const unix = { kind: 'unix', path: '/run/site.sock', mode: 0o660, owner: undefined, group: undefined }
    try {
      assert.deepEqual(await listenOf('127.0.0.1:9005'), { kind: 'tcp', host: '127.0.0.1', port: 9005 })
      assert.deepEqual(await listenOf('"[::1]:9005"'), { kind: 'tcp', host: '::1', port: 9005 })
      assert.deepEqual(await listenOf('"9005"'), { kind: 'tcp', host: '127.0.0.1', port: 9005 })
      assert.deepEqual(await listenOf('/run/site.sock'), unix)
      assert.deepEqual(await listenOf('./site.sock'), { ...unix, path: space.path('site.sock') })
      assert.deepEqual(await listenOf('{ path: /run/site.sock, mode: "0600", group: web }'), {
        ...unix,
        mode: 0o600,
        group: 'web',
      })
      assert.deepEqual(await listenOf('{ path: ./site.sock }'), { ...unix, path: space.path('site.sock') })
      assert.deepEqual(await listenOf('localhost:9005'), { kind: 'tcp', host: '127.0.0.1', port: 9005 })
      assert.deepEqual(await listenOf('fd:0'), { kind: 'descriptor', fd: 0 })
      const wrong = ['example.org:80', 'abc:9000', '999.1.1.1:9000', '"[::g]:9000"', '::1:9000', '":9000"']
      for (const each of [...wrong, '127.0.0.1:0', '127.0.0.1:70000', 'site', '""', '{ path: site }'])
        await assert.rejects(listenOf(each), /pool\.yaml:2:\d+: listen(\.path)?: expected HOST:PORT/, each)
      await assert.rejects(listenOf('systemd'), /is the socket unit started/)
    } finally {
      await space.end()
    }
  })

  test('has paths that start from its folder, those of options start from the working directory', async () => {
    const space = workspace()
    try {
      const file = space.write('pool.yaml', 'app: a.js\nlisten: ./pool.sock\ncontrol: control\n')
      const own = await loadSettings(file, {})
      assert.deepEqual([own.worker.app, own.control], [space.path('a.js'), space.path('control')])
      assert.equal(own.listen.kind === 'unix' && own.listen.path, space.path('pool.sock'))

      const given = await loadSettings(file, { app: 'b.js', listen: './b.sock', control: './b.control' })
      assert.deepEqual([given.worker.app, given.control], [resolve('b.js'), resolve('b.control')])
      assert.equal(given.listen.kind === 'unix' && given.listen.path, resolve('b.sock'))
    } finally {
      await space.end()
    }
  })

  test('of the example is right', () => {
    const path = fileURLToPath(new URL('../../src/pool/examples/pool.yaml', import.meta.url))
    assert.equal(parse(readFileSync(path, 'utf8')).app, '/srv/site/current/app.js')
  })
})

test('time spans and sizes have units and are above zero', () => {
  assert.equal(parseSpan('1min 30s'), 90_000)
  assert.equal(parseSpan('250ms'), 250)
  for (const wrong of ['0s', '30', '', '-1s', '1 fortnight', '1e9d'])
    assert.equal(parseSpan(wrong), undefined, wrong)
  assert.equal(parseSize('512M'), 512 * 2 ** 20)
  for (const wrong of ['0M', '512', '-1K', '1T', '']) assert.equal(parseSize(wrong), undefined, wrong)
})
