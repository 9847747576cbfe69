import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { until } from '../lab/until.ts'
import { RunningWatchdog } from './running-watchdog.ts'

const isRoot = process.getuid?.() === 0

/** A rule that writes a line for every third broken one; the state is kept in a tmpfs where its options are given. */
function stage(t: TestContext, mountOptions?: string) {
  const folder = mkdtempSync(join(tmpdir(), 'state-trouble-'))
  const log = join(folder, 'log')
  const acted = join(folder, 'acted')
  const rules = join(folder, 'rules.yaml')
  const state = join(folder, 'state')
  mkdirSync(state)
  if (mountOptions !== undefined) execFileSync('mount', ['-t', 'tmpfs', '-o', mountOptions, 'tmpfs', state])
  const started: RunningWatchdog[] = []
  t.after(async () => {
    for (const watchdog of started) await watchdog.end('SIGKILL')
    if (mountOptions !== undefined) execFileSync('umount', [state])
    rmSync(folder, { recursive: true, force: true })
  })
  writeFileSync(log, '')
  writeFileSync(acted, '')
  writeFileSync(
    rules,
    `version: 1
sources: { log: { file: ${log} } }
rules:
  third:
    source: log
    match: broken
    threshold: { count: 3, within: 1min }
    then: [{ command: [/bin/sh, -c, 'echo done >>${acted}'] }]
    cooldown: 1us
`,
  )
  const start = (): RunningWatchdog => {
    const watchdog = new RunningWatchdog('--rules', rules, '--state-dir', state)
    started.push(watchdog)
    return watchdog
  }
  /** The end of an action is known: what is broken from now on is no longer ignored. */
  const acts = (watchdog: RunningWatchdog, times: number): Promise<unknown> =>
    until(`action ${times}`, () => watchdog.logged('outcome').length === times && actions() === times)
  const actions = (): number => readFileSync(acted, 'utf8').split('\n').length - 1
  return { state, start, acts, breaks: () => appendFileSync(log, 'broken\nbroken\nbroken\n') }
}

const trouble = (watchdog: RunningWatchdog): readonly string[] =>
  watchdog.logged('state').map(({ msg }) => msg ?? '')

test('on a full disk it goes on acting, and says that nothing is kept', {
  skip: !isRoot && 'needs root',
}, async (t) => {
  const { state, start, acts, breaks } = stage(t, 'size=64k')
  const filler = join(state, 'filler')
  assert.throws(() => writeFileSync(filler, Buffer.alloc(1 << 20)), { code: 'ENOSPC' })
  const watchdog = await start().watching()
  breaks()
  await acts(watchdog, 1)
  await until('the report', () => trouble(watchdog).some((text) => text.includes('ENOSPC')))
  breaks()
  await acts(watchdog, 2)
  rmSync(filler)
  breaks()
  await until('the good news', () => watchdog.logged('state').some(({ kind }) => kind === 'saved'))
  assert.equal(await watchdog.end('SIGTERM'), 0)
})

test('in a directory that is read-only it goes on acting, and says so', {
  skip: !isRoot && 'needs root',
}, async (t) => {
  const { start, acts, breaks } = stage(t, 'ro')
  const watchdog = await start().watching()
  breaks()
  await acts(watchdog, 1)
  await until('the report', () => trouble(watchdog).some((text) => text.includes('EROFS')))
  assert.equal(await watchdog.end('SIGTERM'), 0)
})

test('a second watchdog with the same state directory does not start', async (t) => {
  const { start } = stage(t)
  const first = await start().watching()
  const second = start()
  assert.equal(await second.end(), 1)
  assert.match(second.errors, /another watchdog keeps its state/)
  // kill -9 leaves no lock behind.
  await first.end('SIGKILL')
  const third = await start().watching()
  assert.equal(await third.end('SIGTERM'), 0)
})
