import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

const folder = mkdtempSync(join(tmpdir(), 'watchdog-rules-'))
after(() => rmSync(folder, { recursive: true }))

const project = fileURLToPath(new URL('../..', import.meta.url))
const program = join(project, 'dist/cli/watchdog.js')
const shipped = (name: string): string => readFileSync(join(project, 'rules', `${name}.yaml`), 'utf8')

/** Runs in a directory of its own, as a user would. */
const node = (...args: readonly string[]) =>
  execa(process.execPath, args, { cwd: folder, reject: false, stripFinalNewline: false, timeout: 60_000 })
const rules = (...args: readonly string[]) => node(program, 'rules', ...args)

describe('watchdog rules', () => {
  test('list names every file with what it is about', async () => {
    const { exitCode, stdout } = await rules('list')
    assert.equal(exitCode, 0)
    const names = readdirSync(join(project, 'rules')).flatMap((file) => /^(.*)\.yaml$/.exec(file)?.[1] ?? [])
    const lines = stdout.trimEnd().split('\n')
    assert.deepEqual(lines.map((line) => line.split(' ')[0]).sort(), names.sort())
    assert.match(stdout, /^php-fpm {2,}php-fpm: children that crash, /m)
  })

  test('list --json says which rules a file has, and on which units they act', async () => {
    const { stdout } = await rules('list', '--json')
    const files = stdout.trimEnd().split('\n')
    const nginx = files.map((line) => JSON.parse(line)).find(({ name }) => name === 'nginx')
    assert.match(nginx.title, /^nginx: /)
    assert.equal(readFileSync(nginx.path, 'utf8'), shipped('nginx'))
    const siteDown = nginx.rules.find(({ name }: { name: string }) => name === 'site-down')
    assert.deepEqual(siteDown.units, ['site.service'])
    assert.match(siteDown.description, /refuses connections/)
    const backendDown = nginx.rules.find(({ name }: { name: string }) => name === 'backend-down')
    assert.deepEqual(backendDown.units, [])
  })

  for (const name of ['redis', 'redis.yaml']) {
    test(`show ${name} prints the file as it is`, async () => {
      const { exitCode, stdout } = await rules('show', name)
      assert.equal(exitCode, 0)
      assert.equal(stdout, shipped('redis'))
    })
  }

  test('copy puts a file here, in a directory, or under another name', async () => {
    mkdirSync(join(folder, 'etc'))
    for (const [args, path] of [
      [['redis'], 'redis.yaml'],
      [['redis', 'etc'], 'etc/redis.yaml'],
      [['redis', 'etc/cache.yaml'], 'etc/cache.yaml'],
    ] as const) {
      const { exitCode, stdout } = await rules('copy', ...args)
      assert.equal(exitCode, 0)
      assert.match(stdout, new RegExp(`^${path}: 8 rules\\..* watchdog test ${path}\n$`))
      assert.equal(readFileSync(join(folder, path), 'utf8'), shipped('redis'))
    }
  })

  test('copy overwrites a file only if it is told to', async () => {
    const path = join(folder, 'mine.yaml')
    writeFileSync(path, 'of great value')
    const refused = await rules('copy', 'redis', 'mine.yaml')
    assert.deepEqual([refused.exitCode, refused.stdout], [1, ''])
    assert.match(refused.stderr, /mine\.yaml is there already; --force overwrites it/)
    assert.equal(readFileSync(path, 'utf8'), 'of great value')
    assert.equal((await rules('copy', 'redis', 'mine.yaml', '--force')).exitCode, 0)
    assert.equal(readFileSync(path, 'utf8'), shipped('redis'))
  })

  test('a place that is not there, names that are not, and wrong usage', async () => {
    const nowhere = await rules('copy', 'redis', 'nowhere/redis.yaml')
    assert.equal(nowhere.exitCode, 1)
    assert.match(nowhere.stderr, /nowhere\/redis\.yaml: no such directory/)
    const misspelt = await rules('show', 'ngnix')
    assert.equal(misspelt.exitCode, 2)
    assert.match(misspelt.stderr, /no rules are called "ngnix": did you mean "nginx"\?/)
    const escaping = await rules('copy', '../package')
    assert.equal(escaping.exitCode, 2)
    assert.match(escaping.stderr, /see "watchdog rules list"/)
    for (const args of [[], ['lst'], ['show'], ['list', 'redis'], ['copy', 'redis', 'a', 'b']])
      assert.equal((await rules(...args)).exitCode, 2, args.join(' '))
    for (const args of [['--help'], ['copy', '--help']])
      assert.equal((await rules(...args)).exitCode, 0, args.join(' '))
  })

  test('the command from source finds the rules, too', async () => {
    const loader = join(project, 'node_modules/tsx/dist/loader.mjs')
    const source = join(project, 'src/cli/watchdog.ts')
    const { exitCode, stdout } = await node('--import', loader, source, 'rules', 'show', 'redis')
    assert.equal(exitCode, 0)
    assert.equal(stdout, shipped('redis'))
  })
})
