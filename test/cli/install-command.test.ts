import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { builtWatchdog } from '../run/built-watchdog.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))
const watchdog = async (...args: readonly string[]) => {
  const { stdout, stderr, exitCode } = await execa(process.execPath, [builtWatchdog(), ...args], {
    cwd: project,
    reject: false,
    timeout: 60_000,
    env: { XDG_CONFIG_HOME: '/nonexistent' },
  })
  return { lines: stdout.split('\n'), stderr, exitCode }
}

test('a package is given its files, nothing is run, and all of it can be taken away', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'package-'))
  t.after(() => rmSync(root, { recursive: true }))
  const files = () =>
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((name) => !statSync(join(root, name)).isDirectory())
      .sort()
  const vendored = ['usr/lib/systemd/system/unit-watchdog.service', 'usr/lib/sysusers.d/unit-watchdog.conf']
  const [unit = ''] = vendored

  assert.equal((await watchdog('install', '--root', root)).exitCode, 0)
  assert.deepEqual(files(), vendored)
  assert.match(readFileSync(join(root, unit), 'utf8'), /^ExecStart=\/usr\/bin\/watchdog run /m)

  const withRules = await watchdog('install', '--root', root, '--rules', 'rules/example.yaml')
  assert.equal(withRules.lines.filter((line) => line.startsWith('wrote ')).length, 2)
  const ours = ['etc/polkit-1/rules.d/60-unit-watchdog.rules', 'etc/unit-watchdog/rules.yaml']
  assert.deepEqual(files(), [...ours, ...vendored])
  assert.equal(statSync(join(root, unit)).mode & 0o777, 0o644)

  unlinkSync(join(root, unit))
  symlinkSync('/dev/null', join(root, unit))
  const masked = await watchdog('install', '--root', root)
  assert.match(masked.stderr, /unit-watchdog\.service is there and is no file: remove it first/)
  assert.equal(masked.exitCode, 1)

  assert.equal((await watchdog('uninstall', '--root', root, '--purge')).exitCode, 0)
  assert.deepEqual(files(), [])
})

test('a wrong rule file, or none, is told before anything is done', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'package-'))
  t.after(() => rmSync(root, { recursive: true }))
  for (const args of [
    ['--root', root, '--rules', 'package.json'],
    ['--root', root, '--user'],
    ['--user', '--dry-run'],
  ]) {
    const { exitCode, stderr } = await watchdog('install', ...args)
    assert.equal(exitCode, 2, stderr)
  }
  assert.deepEqual(readdirSync(root), [])
})
