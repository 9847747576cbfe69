import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { runCommand } from '../../src/platform/run-command.ts'
import { until } from '../lab/until.ts'

const never = new AbortController().signal

const shell = (script: string, options: Partial<Parameters<typeof runCommand>[0]> = {}) =>
  runCommand({
    argv: ['sh', '-c', script],
    environment: new Map([['PATH', '/usr/bin:/bin']]),
    input: '',
    timeoutMs: 20_000,
    signal: never,
    ...options,
  })

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function folder() {
  const path = await mkdtemp(join(tmpdir(), 'command-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}

test('the end of a command is told, with what it wrote', async () => {
  assert.deepEqual(await shell('echo out; echo err >&2; exit 3'), {
    kind: 'exited',
    status: 3,
    output: 'out\nerr\n',
  })
  assert.deepEqual(await shell('kill -KILL $$'), { kind: 'killed', signal: 'SIGKILL', output: '' })
})

test('arguments are not read by a shell, and the environment is just what was given', async () => {
  const argv = ['printf', '%s|', 'a b', '$HOME', '*', '; exit 9']
  assert.equal((await shell('', { argv })).output, 'a b|$HOME|*|; exit 9|')
  const environment = new Map([
    ['PATH', '/usr/bin:/bin'],
    ['A', 'x=y\nz'],
  ])
  assert.equal(
    (await shell('', { argv: ['env', '-0'], environment })).output,
    'PATH=/usr/bin:/bin\0A=x=y\nz\0',
  )
})

test('standard input is given whole, and need not be read', async () => {
  const input = 'x'.repeat(300_000)
  assert.equal((await shell('wc -c', { input })).output.trim(), '300000')
  assert.equal((await shell('exit 0', { input })).kind, 'exited')
})

test('of what a command writes, only the end is kept', async () => {
  const { output } = await shell('yes | head -c 5000000; printf end')
  assert.equal(output.length, 4_096)
  assert.ok(output.endsWith('y\nend'))
})

test('zero bytes, which no argument can hold, are left out', async () => {
  const argv = ['printf', '%s', 'a\0b']
  const environment = new Map([
    ['PATH', '/usr/bin:/bin'],
    ['A', 'c\0d'],
  ])
  assert.equal((await shell('', { argv })).output, 'ab')
  assert.equal((await shell('printf "$A"', { environment })).output, 'cd')
})

for (const [code, argv] of [
  ['ENOENT', ['/no/such/program']],
  ['EACCES', ['/etc/passwd']],
  ['E2BIG', ['echo', 'x'.repeat(200_000)]],
] as const) {
  test(`${argv[0]} is not started: ${code}`, async () => {
    assert.deepEqual(await shell('', { argv }), { kind: 'not-started', code, output: '' })
  })
}

test('when the time is up the command and its children get SIGTERM', async () => {
  await using place = await folder()
  const end = await shell(`sleep 60 & echo $! > ${place.path}/child; echo begun; wait`, { timeoutMs: 300 })
  assert.deepEqual(end, { kind: 'timed-out', output: 'begun\n' })
  const child = Number(await readFile(`${place.path}/child`, 'utf8'))
  assert.ok(child > 0)
  await until('the end of the child', () => !isAlive(child), 10_000)
})

test('whoever ignores SIGTERM gets SIGKILL, the children too', async () => {
  await using place = await folder()
  const script = `trap "" TERM; (trap "" TERM; sleep 60) & echo $! > ${place.path}/child; while :; do sleep 60; done`
  const end = await shell(script, { timeoutMs: 300, graceMs: 100 })
  assert.equal(end.kind, 'timed-out')
  const child = Number(await readFile(`${place.path}/child`, 'utf8'))
  assert.ok(child > 0)
  await until('the end of the child', () => !isAlive(child), 10_000)
})

test('processes that a command leaves behind are not waited for', async () => {
  const begun = performance.now()
  const { kind, output } = await shell('sleep 60 & echo $!; exit 0')
  assert.equal(kind, 'exited')
  assert.ok(performance.now() - begun < 10_000)
  assert.ok(isAlive(Number(output)))
  process.kill(Number(output))
})

test('with the abort of its signal a command is left to itself', async () => {
  await using place = await folder()
  const stop = new AbortController()
  const end = shell(`echo $$ > ${place.path}/pid; exec sleep 60`, { signal: stop.signal })
  const pid = await until('the command', async () => {
    const text = await readFile(`${place.path}/pid`, 'utf8').catch(() => '')
    return text.endsWith('\n') && Number(text)
  })
  stop.abort()
  assert.equal((await end).kind, 'left')
  assert.ok(isAlive(pid))
  process.kill(pid)
})
