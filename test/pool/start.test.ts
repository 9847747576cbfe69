/** How workers start: checked before they serve, one before the others; and the faults that a configuration may ask for. */

import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { dirname, extname } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { until } from '../lab/until.ts'
import { fcgiClient } from './support/fcgi-client.ts'
import { isAlive, type PoolProcess, startPool } from './support/pool-process.ts'
import { workspace } from './support/workspace.ts'

const trouble = fileURLToPath(new URL('fixtures/trouble.js', import.meta.url))
const programs = fileURLToPath(new URL('fixtures/bin', import.meta.url))

/** Says when it was loaded. */
const timedApp = `import { appendFileSync } from 'node:fs'
appendFileSync('loaded', Date.now() + '\\n')
export default { fetch: () => new Response('ok') }
`
const plainApp = "export default { fetch: () => new Response('ok') }\n"

const lines = (path: string): string[] =>
  existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : []

interface StartOptions {
  readonly app?: string
  /** Where the application's file is in the workspace. */
  readonly at?: string
  /** Texts by their paths. */
  readonly files?: Readonly<Record<string, string>>
  /** Where links lead to, by their paths. */
  readonly links?: Readonly<Record<string, string>>
  readonly ready?: boolean
}

describe('a start', { timeout: 60_000, concurrency: 3 }, () => {
  const start = async (
    context: TestContext,
    config: string,
    { app = trouble, at = 'app.mjs', files = {}, links = {}, ready = true }: StartOptions = {},
  ): Promise<
    PoolProcess & { readonly path: (name: string) => string; ask(uri: string): Promise<string> }
  > => {
    const space = workspace()
    context.after(() => space.end())
    const all = { ...files, [at]: app, 'lib.mjs': 'export const query = () => undefined\n' }
    for (const [name, text] of Object.entries(all)) {
      mkdirSync(dirname(space.path(name)), { recursive: true })
      space.write(name, text)
    }
    for (const [name, target] of Object.entries(links)) symlinkSync(target, space.path(name))
    // As a deploy may have it.
    const current = `current${extname(at)}`
    symlinkSync(space.path(at), space.path(current))
    space.write(
      'pool.yaml',
      `app: ${app === trouble ? trouble : `./${current}`}\nlisten: ./pool.sock\n${config}`,
    )
    const pool = await startPool(space, {
      args: ['-c', 'pool.yaml'],
      ready,
      env: {
        TROUBLE_DIRECTORY: space.directory,
        NOTIFY_SOCKET: space.path('notified'),
        PATH: `${programs}:${process.env['PATH']}`,
      },
    })
    const ask = async (uri: string): Promise<string> => {
      const client = await fcgiClient(space.path('pool.sock'))
      try {
        return (await client.request(1, { REQUEST_METHOD: 'GET', REQUEST_URI: uri }, '', false)).stdout
      } finally {
        client.close()
      }
    }
    return { ...pool, path: space.path, ask }
  }

  test('of the first worker comes before all others, and before systemd is told', async (context) => {
    const pool = await start(context, 'workers: 4\n', { app: timedApp })
    await pool.waitFor(/worker \d+ is ready/, 4)
    const [first = ''] = pool
      .log()
      .split('\n')
      .filter((line) => /worker \d+ is ready/.test(line))
    const readyAt = Date.parse(first.split(' ')[0] ?? '')
    const loadedAt = lines(pool.path('loaded')).map(Number)
    assert.equal(loadedAt.length, 4)
    assert.equal(loadedAt.filter((at) => at <= readyAt).length, 1)
    await until('systemd to be told', () => lines(pool.path('notified')).includes('READY=1'))
    await pool.stop()
    assert.deepEqual(lines(pool.path('notified')), ['READY=1', 'STOPPING=1'])
  })

  test('that fails is tried by one worker at a time, later and later, and systemd is not told', async (context) => {
    const pool = await start(
      context,
      'workers: 4\npreload: { ./lib.mjs: { query: function } }\nfaults: { missing_export: query }\n',
      { ready: false },
    )
    let most = 0
    await until('four deaths', () => {
      most = Math.max(most, pool.workers().length)
      return pool.count(/\(EX_PRELOAD\).*exports no query; expected a function; increase workers/) >= 4
    })
    assert.equal(most, 1)
    const times = pool
      .log()
      .split('\n')
      .filter((line) => line.includes('EX_PRELOAD'))
      .map((line) => Date.parse(line.split(' ')[0] ?? ''))
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0))
    assert.ok((gaps[0] ?? 0) >= 250 && (gaps[1] ?? 0) >= 500 && (gaps[2] ?? 0) >= 1_000, gaps.join(', '))
    assert.deepEqual(lines(pool.path('notified')), [])
  })

  test('with exports of the wrong kind, and with modules that are not there', async (context) => {
    const pool = await start(context, 'workers: 1\npreload: { ./lib.mjs: { query: string } }\n', {
      ready: false,
    })
    await pool.waitFor(/EX_PRELOAD.*lib\.mjs exports query as function; expected a string/)
    const other = await start(context, 'workers: 1\npreload: { ./no.mjs: {} }\n', { ready: false })
    await other.waitFor(/EX_PRELOAD.*cannot load .*no\.mjs/)
  })

  const esmOnly = { name: 'mydb', type: 'module', exports: { '.': { import: './index.js' } } }
  const site = {
    at: 'releases/5/app.js',
    app: `import 'mydb'\n${plainApp}`,
    files: {
      'releases/5/package.json': '{ "type": "module", "imports": { "#own": "./own.js" } }',
      'releases/5/own.js': 'export const own = 1\n',
      'releases/5/node_modules/mydb/package.json': JSON.stringify(esmOnly),
      'releases/5/node_modules/mydb/index.js': 'export const query = () => undefined\n',
      'releases/5/node_modules/old/index.js': 'exports.query = () => undefined\n',
    },
  } as const

  test('preloads packages as the application itself imports them, with no word of Node about it', async (context) => {
    const pool = await start(
      context,
      `workers: 1
preload:
  mydb: { query: function }
  old: { query: function }
  "#own": { own: number }
  node:fs: { readFileSync: function }
  ./lib.mjs: { query: function }
`,
      site,
    )
    assert.match(await pool.ask('/'), /^Status: 200/)
    assert.doesNotMatch(pool.log(), /Warning/)
  })

  test('finds what a package needs beside where a link leads to, as package managers have it', async (context) => {
    const folder = 'node_modules/.store/pkg/node_modules'
    const pool = await start(context, 'workers: 1\n', {
      app: `import { name } from 'pkg'\nexport default { fetch: () => new Response(name) }\n`,
      files: {
        [`${folder}/pkg/index.mjs`]: "export { name } from 'dep'\n",
        [`${folder}/pkg/package.json`]: '{ "exports": "./index.mjs" }',
        [`${folder}/dep/index.mjs`]: "export const name = 'found'\n",
        [`${folder}/dep/package.json`]: '{ "exports": "./index.mjs" }',
      },
      links: { 'node_modules/pkg': '.store/pkg/node_modules/pkg' },
    })
    assert.match(await pool.ask('/'), /found$/)
  })

  test('loads a module once, whether it is named by a link or not', async (context) => {
    // By its own path first, and by that of a link as the application.
    const pool = await start(context, 'workers: 1\npreload: { ./releases/5/app.mjs: {} }\n', {
      app: `import { appendFileSync } from 'node:fs'\nappendFileSync('loaded', 'once\\n')\n${plainApp}`,
      at: 'releases/5/app.mjs',
    })
    assert.deepEqual(lines(pool.path('loaded')), ['once'])
    assert.match(await pool.ask('/'), /^Status: 200/)
  })

  test('of a pool has no packages but those of the application', async (context) => {
    // The pool's own.
    const pool = await start(context, 'workers: 1\npreload: { zod: {} }\n', { ...site, ready: false })
    await pool.waitFor(/EX_PRELOAD.*cannot load zod: .*Cannot find package 'zod' imported from/)
  })

  const unfit = {
    'export const selfCheck = () => { throw new Error("no database") }\n':
      /EX_SELFCHECK.*selfCheck\(\) failed: Error: no database/,
    'export const selfCheck = async () => false\n': /EX_SELFCHECK.*selfCheck\(\) gave false/,
    'export const selfCheck = true\n': /EX_APP_LOAD.*current\.mjs exports a selfCheck that is no function/,
  }
  for (const [code, said] of Object.entries(unfit)) {
    test(`with ${code.trim()} beside the application`, async (context) => {
      const pool = await start(context, 'workers: 1\n', { app: plainApp + code, ready: false })
      await pool.waitFor(said)
      assert.equal(pool.count(/is ready/), 0)
    })
  }

  test('runs each self-check once, as a method of the application', async (context) => {
    const check = (name: string): string =>
      `function ${name}() { appendFileSync('checked', '${name} ' + this.data + '\\n') }\n`
    const app = `import { appendFileSync } from 'node:fs'
${check('own')}export ${check('selfCheck')}export default { fetch: () => new Response('ok'), data: 7, selfCheck: own }
`
    const both = await start(context, 'workers: 1\n', { app })
    assert.deepEqual(lines(both.path('checked')), ['own 7', 'selfCheck 7'])

    const commonJs = `const { appendFileSync } = require('node:fs')
${check('selfCheck')}exports.fetch = () => new Response('ok')
exports.data = 8
exports.selfCheck = selfCheck
`
    const once = await start(context, 'workers: 1\n', { app: commonJs, at: 'app.cjs' })
    assert.deepEqual(lines(once.path('checked')), ['selfCheck 8'])
  })

  test('that stalls is ended by start_timeout', async (context) => {
    const pool = await start(context, 'workers: 1\nstart_timeout: 500ms\nfaults: { preload_stall: 30s }\n', {
      ready: false,
    })
    await pool.waitFor(/signal SIGKILL, .*reason: start_timeout; increase workers to minimal 1/)
  })

  test('that fails now and then gets there in the end', async (context) => {
    const pool = await start(context, 'workers: 3\nfaults: { crash_at_start: 0.3 }\n', { ready: false })
    await pool.waitFor(/worker \d+ is ready/, 3)
    assert.match(await pool.ask('/pid'), /^Status: 200/)
  })

  test('without faults in the configuration makes no path a trap', async (context) => {
    const pool = await start(context, 'workers: 1\n')
    for (const path of ['/crash', '/hang', '/leak'])
      assert.match(await pool.ask(path), new RegExp(`GET ${path}`))
    assert.equal(pool.count(/unexpectedly/), 0)
  })

  test('after a crash on demand', async (context) => {
    const pool = await start(context, 'workers: 1\nfaults: { crash_path: /crash }\n')
    await assert.rejects(pool.ask('/crash?now'))
    await pool.waitFor(/status 1, age .*, reason: fault on demand: crash; increase workers to minimal 1/)
    assert.match(await pool.ask('/pid'), /^Status: 200/)
  })

  test('a worker that gave up the service ends though its manager does not answer', async (context) => {
    const pool = await start(context, 'workers: 2\n')
    await pool.waitFor(/worker \d+ is ready/, 2)
    const workers = pool.workers()
    pool.signal('SIGSTOP')
    try {
      const before = performance.now()
      await pool.ask('/broken')
      await until('the worker to end', () => workers.some((pid) => !isAlive(pid)))
      const took = performance.now() - before
      assert.ok(took > 9_000 && took < 15_000, `after ${took} ms`)
    } finally {
      pool.signal('SIGCONT')
    }
    await until('the pool to end', () => pool.child.exitCode !== null)
    assert.equal(pool.child.exitCode, 84)
  })
})
