/** The configuration: what is wrong is told at once, all of it, each with its place and what was expected. */

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
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
      'pool.yaml:2:10: workers: expected a number from 1 to 10000, or { mode: static, count }, { mode: dynamic, min, max, min_spare, max_spare, step } with min up to max, or { mode: ondemand, max, idle_timeout }, got "many"',
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
    assert.match(
      problems('app: a.js\nworkers: { mode: dynamic, min: 5, max: 3 }\n')[0] ?? '',
      /with min up to max/,
    )
  })

  test('gives way to the command line, whose mistakes have no place', () => {
    assert.equal(parse('app: a.js\nworkers: 1\n', { workers: 7 }).workers, 7)
    assert.match(problems('app: a.js\n', { workers: Number.NaN })[0] ?? '', /^workers: expected a number/)
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
      assert.deepEqual(await listenOf('fd:0'), { kind: 'descriptor', fd: 0 })
      for (const wrong of ['example.org:80', '127.0.0.1:0', '127.0.0.1:70000', 'site'])
        await assert.rejects(listenOf(wrong), /expected HOST:PORT/)
      await assert.rejects(listenOf('systemd'), /is the socket unit started/)
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
