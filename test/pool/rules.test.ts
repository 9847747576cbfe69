/** The rules that are shipped for the pool, by their own tests. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

const project = fileURLToPath(new URL('../..', import.meta.url))

test('the rules for the pool pass their tests, which reach everything', async () => {
  const { exitCode, stdout } = await execa(
    process.execPath,
    ['--import', 'tsx', 'src/cli/watchdog.ts', 'test', 'rules/fcgi-pool.yaml', '--min-coverage', '100'],
    { cwd: project, reject: false, timeout: 60_000 },
  )
  assert.equal(exitCode, 0, stdout)
})
