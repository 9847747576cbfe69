/** Runs every test of the project; under `CI=true` a skipped test, or no test at all, is a failure too. */

import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('.', import.meta.url))
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .sort()
  .map((name) => join(folder, name))

/** Load upon real web servers and shares of the processor: with another test beside them they would say less. */
const alone = ['pool/systemd.test.ts', 'pool/trouble.test.ts', 'run/replay-profile.test.ts'].map((name) =>
  join(folder, name),
)

const skipped: string[] = []
let passed = 0

async function runAll(files: readonly string[], concurrency: number): Promise<void> {
  const report = run({ files: [...files], concurrency, timeout: 300_000 })
    .on('test:fail', () => {
      process.exitCode = 1
    })
    .on('test:pass', ({ name, skip, details }) => {
      if (skip !== undefined && skip !== false)
        skipped.push(typeof skip === 'string' ? `${name}: ${skip}` : name)
      else if (details.type !== 'suite') passed += 1
    })
    .compose(new spec())
  for await (const text of report) process.stdout.write(text)
}

await runAll(
  files.filter((file) => !alone.includes(file)),
  Math.max(2, availableParallelism()),
)
await runAll(
  files.filter((file) => alone.includes(file)),
  1,
)

process.on('exit', (code) => {
  if (code !== 0 || process.env['CI'] !== 'true') return
  if (passed > 0 && skipped.length === 0) return
  process.exitCode = 1
  console.error(passed === 0 ? 'No test ran.' : ['These tests were skipped:', ...skipped].join('\n  '))
})
